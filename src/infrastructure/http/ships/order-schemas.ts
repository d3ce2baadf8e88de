import { z } from 'zod';
import type { PlayerName } from '../../../application/registry/find-player.js';
import type { ShipOrder } from '../../../application/ships/order-ship.js';
import type { ParametersOf } from '../../../domain/operations/operation.js';
import * as asked from '../schemas/asked.js';

/** In an address: the player's number, or the agent's symbol. */
export const playerName = z
  .string()
  .transform((text, context): PlayerName => {
    const number = asked.playerText.safeParse(text);
    if (number.success) return { player: number.data };
    if (/^0*$/.test(text)) return {};
    const agent = asked.symbol.safeParse(text);
    if (agent.success && !/^\d+$/.test(text)) return { agent: agent.data };
    context.addIssue({ code: 'custom', message: 'Must be the number of a player, or the symbol of an agent.' });
    return z.NEVER;
  })
  .meta({ example: '1' });

const units = z.int().min(1).max(1_000_000_000);
const all = units
  .nullish()
  .transform((asked) => asked ?? null)
  .meta({ description: 'All there is if absent' });
const place = asked.symbol
  .nullish()
  .transform((waypoint) => waypoint ?? null)
  .meta({ description: 'Where the ship flies to for it first; absent: where it is', example: 'X1-TS98-A1' });

/** What each order is told in a request. */
export const orders = {
  navigate: z.strictObject({ destination: asked.symbol.meta({ example: 'X1-TS98-A1' }) }),
  dock: z.strictObject({}),
  orbit: z.strictObject({}),
  refuel: z.strictObject({ waypoint: place }),
  jettison: z.strictObject({ good: asked.symbol, units: all }),
  purchase: z.strictObject({ good: asked.symbol, units, waypoint: place }),
  sell: z.strictObject({ good: asked.symbol, units: all, waypoint: place }),
} satisfies { readonly [Type in ShipOrder['type']]: z.ZodType<ParametersOf<Type>> };
