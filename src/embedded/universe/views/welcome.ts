import type { Agent } from '../state/state.js';
import type { World } from '../state/world.js';
import { iso } from './moment.js';

const dayMs = 86_400_000;

export function factionView({ universe }: World, symbol: string) {
  const name = symbol.charAt(0) + symbol.slice(1).toLowerCase();
  const { headquarters } = universe.system;
  return { symbol, name, description: `${name}.`, headquarters, traits: [], isRecruiting: true };
}

/** The contract that comes with a registration. There is no route to accept it. */
export function firstContract({ universe, state }: World, { symbol, faction, headquarters }: Agent, now: number) {
  const mined = universe.markets.flatMap(({ listings }) => listings).find(({ good }) => good.endsWith('_ORE'));
  const deadline = iso(now + 7 * dayMs);
  const id = `${state.resetDate}-${symbol}-1`;
  return {
    ...{ id, factionSymbol: faction, type: 'PROCUREMENT', accepted: false, fulfilled: false },
    ...{ expiration: iso(now + dayMs), deadlineToAccept: iso(now + dayMs) },
    terms: {
      deadline,
      payment: { onAccepted: 1_200, onFulfilled: 6_800 },
      deliver: [
        {
          ...{ tradeSymbol: mined?.good ?? 'IRON_ORE', destinationSymbol: headquarters },
          ...{ unitsRequired: 60, unitsFulfilled: 0 },
        },
      ],
    },
  };
}
