import type { Agent } from '../state/state.js';
import type { World } from '../state/world.js';

export function agentView({ state }: World, { symbol }: Pick<Agent, 'symbol'>) {
  const agent = state.agents.get(symbol);
  if (!agent) throw new Error(`There is no agent ${symbol}.`);
  return {
    ...{ symbol, headquarters: agent.headquarters, credits: agent.credits, startingFaction: agent.faction },
    shipCount: [...state.ships.values()].filter((ship) => ship.agent === symbol).length,
  };
}
