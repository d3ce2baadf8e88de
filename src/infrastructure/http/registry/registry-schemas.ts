import { z } from 'zod';
import type { Json } from '../../../domain/kernel/json.js';
import * as asked from '../schemas/asked.js';
import { instant, positionOut, seen } from '../schemas/answered.js';

/** Any of the forms a chart is kept in; which one it is, and what is wrong with it, the reader of charts says. */
export const chartFile = z
  .union([z.record(z.string(), z.unknown()), z.array(z.unknown())])
  .transform((file) => file as Json)
  .meta({
    description:
      '{system, waypoints: […]}, the game API’s {data: […]} or list of waypoints, or a graph {waypoints: {SYMBOL: {type, x, y, traits, has_fuel}}}',
  });
export const fresh = z.strictObject(asked.fresh);

const waypoint = z
  .object({
    symbol: z.string(),
    type: z.string(),
    x: z.number(),
    y: z.number(),
    traits: z.array(z.string()),
    hasFuel: z.boolean(),
    orbits: z.string().nullable(),
  })
  .meta({ id: 'Waypoint' });
export const seenSystem = z
  .object({
    system: z.object({ symbol: z.string(), type: z.string(), waypoints: z.array(waypoint) }),
    updatedAtMs: instant,
    ...seen,
  })
  .meta({ id: 'SeenSystem' });
const summary = { symbol: z.string(), type: z.string(), waypoints: z.int() };
export const systemList = z
  .object({ systems: z.array(z.object({ ...summary, updatedAtMs: instant })), ...seen })
  .meta({ id: 'SystemList' });
export const chartedSystem = z
  .object({ system: z.object(summary), already: z.boolean(), position: positionOut })
  .meta({ id: 'ChartedSystem' });

/** Nothing else: an agent's token has no place here. */
export const registerPlayer = z.strictObject({ agentSymbol: asked.symbol });
const playerRow = { player: z.int(), agentSymbol: z.string() };
export const registeredPlayer = z
  .object({ ...playerRow, already: z.boolean(), position: positionOut })
  .meta({ id: 'RegisteredPlayer' });
export const playerList = z
  .object({ players: z.array(z.object({ ...playerRow, registeredAtMs: instant })), ...seen })
  .meta({ id: 'PlayerList' });
