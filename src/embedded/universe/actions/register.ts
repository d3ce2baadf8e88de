import type { Changes } from '../state/changes.js';
import { newShip } from '../ships/ship.js';
import type { Agent } from '../state/state.js';
import type { World } from '../state/world.js';
import { Refusal } from './refusal.js';

export interface Registration {
  readonly symbol: string;
  readonly faction: string;
}

/** An agent with its command ship at home and a probe at the nearest shipyard. */
export function register(world: World, { symbol, faction }: Registration): { agent: Agent; changes: Changes } {
  const { state, universe } = world;
  if (state.agents.has(symbol)) {
    throw new Refusal(400, 4111, `Agent symbol ${symbol} has been claimed.`, { agentSymbol: symbol });
  }
  const now = world.now();
  const { headquarters, startingCredits: credits } = universe.system;
  const agent: Agent = { symbol, faction, headquarters, credits, shipsMade: 2 };
  const given = { agent: symbol, faction };
  const ships = [
    newShip({ ...given, symbol: `${symbol}-1`, type: 'SHIP_COMMAND_FRIGATE' }, headquarters, now),
    newShip(
      { ...given, symbol: `${symbol}-2`, type: 'SHIP_PROBE' },
      universe.shipyards[0]?.symbol ?? headquarters,
      now,
    ),
  ];
  return { agent, changes: { agents: [agent], ships } };
}

/** Ships are numbered in hexadecimal, as the game does. */
export const shipSymbol = (agent: Agent, number: number): string =>
  `${agent.symbol}-${number.toString(16).toUpperCase()}`;
