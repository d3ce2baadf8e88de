import type { Universe } from '../model/universe.js';
import { chartOf } from './chart.js';
import { furnish } from './economy.js';
import { sequence } from './sequence.js';

/** A whole universe: one start system, the same one for the same seed. */
export function generateUniverse(symbol: string, seed: number): Universe {
  const chance = sequence(seed ^ 0x9a7);
  const sectorSymbol = symbol.split('-')[0] ?? symbol;
  const waypoints = chartOf(symbol, seed);
  const system = {
    ...{ symbol, sectorSymbol, type: 'BLUE_STAR', faction: 'COSMIC', startingCredits: 175_000 },
    ...{ x: Math.round(chance() * 60_000 - 30_000), y: Math.round(chance() * 60_000 - 30_000) },
    headquarters: waypoints[0]?.symbol ?? symbol,
  };
  return furnish({ system, waypoints }, seed);
}
