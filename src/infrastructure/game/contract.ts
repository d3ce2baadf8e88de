import { z } from 'zod';

/*
 * The answers of the SpaceTraders API, as far as they are used: fields that are not named here pass unseen, lists of
 * words are open, and what may be absent may also be null.
 */

const maybe = <S extends z.ZodType>(schema: S) => schema.nullish();
const instant = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

export const enveloped = <T>(data: z.ZodType<T>): z.ZodType<{ data: T }> => z.object({ data });

const meta = z.object({ total: z.int() });
export const paged = <T>(row: z.ZodType<T>): z.ZodType<{ data: T[]; meta: z.output<typeof meta> }> =>
  z.object({ data: z.array(row), meta });

export const status = z.object({
  resetDate: z.string(),
  serverResets: maybe(z.object({ next: maybe(z.string()) })),
});

export const agent = z.object({ symbol: z.string(), headquarters: z.string(), credits: z.int() });

const place = z.object({ symbol: z.string(), x: z.int(), y: z.int() });

export const nav = z.object({
  systemSymbol: z.string(),
  waypointSymbol: z.string(),
  status: z.string(),
  flightMode: z.string(),
  route: z.object({ origin: place, destination: place, departureTime: instant, arrival: instant }),
});

export const fuel = z.object({ current: z.int(), capacity: z.int() });

export const cargo = z.object({
  capacity: z.int(),
  units: z.int(),
  inventory: z.array(z.object({ symbol: z.string(), units: z.int() })),
});

export const ship = z.object({
  symbol: z.string(),
  registration: z.object({ role: z.string() }),
  frame: z.object({ symbol: z.string() }),
  engine: z.object({ speed: z.int() }),
  nav,
  fuel,
  cargo,
});

export const waypoint = z.object({
  symbol: z.string(),
  type: z.string(),
  systemSymbol: z.string(),
  x: z.int(),
  y: z.int(),
  traits: maybe(z.array(z.object({ symbol: z.string() }))),
});

export const transaction = z.object({
  waypointSymbol: z.string(),
  shipSymbol: z.string(),
  tradeSymbol: z.string(),
  type: z.string(),
  units: z.int(),
  pricePerUnit: z.int(),
  totalPrice: z.int(),
  timestamp: instant,
});

const goods = z.array(z.object({ symbol: z.string() }));

export const market = z.object({
  symbol: z.string(),
  exports: goods,
  imports: goods,
  exchange: goods,
  tradeGoods: maybe(
    z.array(
      z.object({
        symbol: z.string(),
        type: z.string(),
        tradeVolume: z.int(),
        supply: z.string(),
        activity: maybe(z.string()),
        purchasePrice: z.int(),
        sellPrice: z.int(),
      }),
    ),
  ),
  transactions: maybe(z.array(transaction)),
});

export const navChange = z.object({ nav });
export const navigation = z.object({ nav, fuel });
/** Since 2025 with the ship's other state around it; before, the bare nav. */
export const flightModeChange = z.union([navChange.transform((answer) => answer.nav), nav]);
export const refuelling = z.object({ agent, fuel, transaction });
export const trade = z.object({ agent, cargo, transaction });
export const cargoChange = z.object({ cargo });
export const shipPurchase = z.object({ agent, ship });

/** An error as the game gives it; the cloud in front of it gives anything. */
export const refusal = z.object({
  error: z.object({
    message: z.string(),
    code: z.int(),
    data: maybe(z.record(z.string(), z.json())),
  }),
});
