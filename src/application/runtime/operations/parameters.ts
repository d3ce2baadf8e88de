import { z } from 'zod';
import type { ContainerSnapshot } from '../../../domain/container/events.js';
import { operationName, retiredOperations } from '../../../domain/container/types.js';
import { symbolForm } from '../../../domain/ids.js';
import type { Operation, ParametersOf } from '../../../domain/operations/operation.js';
import { paramsOf } from '../../../domain/system/tour.js';

const symbol = z.string('must be a symbol').regex(symbolForm, 'must be a symbol');
const units = z.int('must be a whole number').min(1, 'must be 1 or more');
const somewhere = symbol.nullish().transform((waypoint) => waypoint ?? null);

const schemas = {
  navigate: z.object({ destination: symbol }),
  dock: z.object({}),
  orbit: z.object({}),
  refuel: z.object({ waypoint: somewhere }),
  jettison: z.object({ good: symbol, units: units.nullish().transform((asked) => asked ?? null) }),
  purchase: z.object({ good: symbol, units, waypoint: somewhere }),
  sell: z.object({
    good: symbol,
    units: units.nullish().transform((asked) => asked ?? null),
    waypoint: somewhere,
  }),
  'scout-tour': z.object({
    markets: z
      .array(symbol, 'must be a list of waypoints')
      .min(1, 'must name a waypoint')
      .transform((markets) => [...new Set(markets)]),
  }),
} satisfies { readonly [Type in Operation['type']]: z.ZodType<ParametersOf<Type>> };

const types = Object.keys(schemas) as Operation['type'][];

/** Names that callers give the same thing. */
const alsoCalled: Readonly<Record<string, readonly string[]>> = {
  destination: ['destination_symbol', 'waypoint', 'waypoint_symbol'],
  waypoint: ['waypoint_symbol', 'market', 'market_waypoint'],
  good: ['good_symbol', 'trade_symbol', 'symbol'],
  units: ['quantity'],
};

export interface Instructed {
  readonly type: 'Fit';
  readonly operation: Operation;
  readonly ship: string;
}

export type Instruction =
  | Instructed
  /** Its parameters cannot be read. One sentence; no repeat would help. */
  | { readonly type: 'Unfit'; readonly why: string }
  /** It was run once, and is not any more. */
  | { readonly type: 'Retired'; readonly why: string }
  /** Nobody here knows it: a worker may. */
  | { readonly type: 'Unknown' };

/** What a container was told to do, and with which of its ships. */
export function instructionOf({
  containerType,
  commandType,
  config,
  ships,
}: Pick<ContainerSnapshot, 'containerType' | 'commandType' | 'config' | 'ships'>): Instruction {
  const type = typeOf(containerType, commandType);
  if (!type) {
    const successor = retiredOperations.get(operationName(containerType, commandType));
    return successor === undefined ? { type: 'Unknown' } : { type: 'Retired', why: `it was replaced by ${successor}` };
  }
  const params = paramsOf(config);
  const wanted = params['ship_symbol'] ?? ships[0];
  const ship = ships.find((each) => each === wanted);
  if (ship === undefined)
    return unfit(wanted === undefined ? `${type} needs a ship` : `the container does not hold its ship`);
  const read = schemas[type].safeParse(renamed(params));
  if (read.success) return { type: 'Fit', operation: { type, ...read.data } as Operation, ship };
  const [issue] = read.error.issues;
  return unfit(`${type}: ${issue?.path.join('.') || 'its parameters'} ${issue?.message ?? 'cannot be read'}`);
}

function unfit(why: string): Instruction {
  return { type: 'Unfit', why };
}

/** `NavigateShipCommand`, `navigate`, or NAVIGATE without any command. */
function typeOf(containerType: string, commandType: string): Operation['type'] | undefined {
  const names = [operationName(containerType, commandType), operationName(containerType, '')];
  return names
    .map((name) => types.find((type) => name === type || name === `${type}-ship` || name === `${type}-cargo`))
    .find((type) => type !== undefined);
}

function renamed(params: ContainerSnapshot['config']): ContainerSnapshot['config'] {
  const given = Object.entries(alsoCalled).flatMap(([name, others]) => {
    const used = [name, ...others].find((each) => params[each] !== undefined && params[each] !== null);
    return used === undefined ? [] : [[name, params[used] ?? null] as const];
  });
  return { ...params, ...Object.fromEntries(given) };
}
