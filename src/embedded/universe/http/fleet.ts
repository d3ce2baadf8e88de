import { z } from 'zod';
import { register, shipSymbol } from '../actions/register.js';
import { Refusal } from '../actions/refusal.js';
import { waypointAt } from '../actions/preconditions.js';
import { shipTypes } from '../catalogue/ships.js';
import { newShip, type Ship } from '../ships/ship.js';
import type { Agent } from '../state/state.js';
import type { World } from '../state/world.js';

const count = z.int().min(0).max(10_000).default(0);

export const fleetShape = z.strictObject({
  /** Registered if there is none of that name. */
  agent: z.string().toUpperCase().min(3).max(14).default('HOLDFAST'),
  probes: count,
  haulers: count,
  /** More ships by type, such as `SHIP_LIGHT_SHUTTLE`. */
  ships: z.record(z.string(), z.int().min(1)).default({}),
  /** Where they are; the headquarters if absent. */
  at: z.string().optional(),
  credits: z.int().optional(),
});

/** Ships for nothing. Gives all ships of the agent. */
export function giveFleet(world: World, given: z.infer<typeof fleetShape>): { agent: Agent; ships: readonly Ship[] } {
  const { state, universe } = world;
  const { agent: symbol, probes, haulers, ships: more, credits } = given;
  const at = given.at ?? universe.system.headquarters;
  const wanted = {
    ...more,
    SHIP_PROBE: (more.SHIP_PROBE ?? 0) + probes,
    SHIP_LIGHT_HAULER: (more.SHIP_LIGHT_HAULER ?? 0) + haulers,
  };
  if (!waypointAt(world, at)) throw new Refusal(404, 404, `There is no waypoint ${at}.`);
  for (const type of Object.keys(wanted)) {
    if (!shipTypes[type]) throw new Refusal(422, 3001, `There is no type of ship ${type}.`);
  }
  const known = state.agents.get(symbol);
  const { agent, changes } = known
    ? { agent: known, changes: { ships: [] } }
    : register(world, { symbol, faction: universe.system.faction });
  const types = Object.entries(wanted).flatMap(([type, number]) => Array.from({ length: number }, () => type));
  const { faction, shipsMade } = agent;
  const now = world.now();
  const added = types.map((type, index) =>
    newShip({ symbol: shipSymbol(agent, shipsMade + index + 1), agent: symbol, faction, type }, at, now),
  );
  const after = { ...agent, credits: credits ?? agent.credits, shipsMade: shipsMade + added.length };
  world.commit(
    { agent: symbol, ship: null, action: 'fleet', arguments: { ...given } },
    { agents: [after], ships: [...(changes.ships ?? []), ...added] },
  );
  return { agent: after, ships: [...state.ships.values()].filter((ship) => ship.agent === symbol) };
}
