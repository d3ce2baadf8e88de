import type { Known } from '../../../src/domain/operations/known.js';
import type { ChartedPlace, ShipInSight, Sight } from '../../../src/domain/operations/sight.js';

export const nowMs = 1_000_000;

export const places: readonly ChartedPlace[] = [
  { symbol: 'X1-A-A1', x: 0, y: 0, sellsFuel: true },
  { symbol: 'X1-A-B2', x: 60, y: 0, sellsFuel: true },
  { symbol: 'X1-A-C3', x: 60, y: 80, sellsFuel: false },
  { symbol: 'X1-A-D4', x: 140, y: 0, sellsFuel: false },
  { symbol: 'X1-A-Z9', x: 900, y: 0, sellsFuel: false },
];

export interface Ship {
  readonly at: string;
  readonly status?: 'DOCKED' | 'IN_ORBIT' | 'IN_TRANSIT';
  readonly arrivalMs?: number;
  readonly mode?: string;
  /** Current and capacity. */
  readonly fuel?: readonly [number, number];
  readonly cargo?: Readonly<Record<string, number>>;
  readonly hold?: number;
}

/** While it flies, `at` is where it flies to. */
export function shipAt({
  at,
  status = 'IN_ORBIT',
  arrivalMs = nowMs,
  mode = 'CRUISE',
  fuel = [0, 0],
  cargo = {},
  hold = 40,
}: Ship): ShipInSight {
  const inventory = Object.entries(cargo).map(([good, units]) => ({ good, units }));
  const { x, y } = places.find(({ symbol }) => symbol === at) ?? { x: 0, y: 0 };
  return {
    symbol: 'COOPER-2',
    nav: {
      ...{ system: 'X1-A', status, flightMode: mode, arrivalMs, destination: { symbol: at, x, y } },
      waypoint: status === 'IN_TRANSIT' ? 'somewhere on the way' : at,
    },
    fuel: { current: fuel[0], capacity: fuel[1] },
    cargo: { capacity: hold, units: Object.values(cargo).reduce((sum, units) => sum + units, 0), inventory },
  };
}

export function sightOf(ship: Ship, more: Partial<Omit<Sight, 'ship'>> = {}): Sight {
  return { ship: shipAt(ship), nowMs, places: undefined, offers: undefined, ...more };
}

export function known(of: Partial<Known> = {}): Known {
  return { iteration: 0, visited: [], lastLapAtMs: null, noted: null, ...of };
}
