import type { ChartedPlace, Place, ShipInSight } from './sight.js';

export type Leg =
  | { readonly type: 'fly'; readonly to: string; readonly mode: string }
  | { readonly type: 'refuel' }
  | { readonly type: 'none'; readonly why: string };

function apart(one: Place, other: Place): number {
  return Math.hypot(one.x - other.x, one.y - other.y);
}

/** Units of the tank, as the game counts them. */
export function fuelFor(distance: number, mode: string): number {
  if (mode === 'DRIFT') return 1;
  const units = Math.max(1, Math.round(distance));
  return mode === 'BURN' ? 2 * units : units;
}

/**
 * What a ship with a tank does next on its way. It flies in its own mode, stops for fuel on the shortest way that its
 * tank allows, and drifts only where no such way is left; a drift found is ended as soon as one is.
 */
export function legTowards(ship: ShipInSight, to: string, places: readonly ChartedPlace[]): Leg {
  const { nav, fuel, symbol } = ship;
  const here = places.find((place) => place.symbol === nav.waypoint);
  const goal = places.find((place) => place.symbol === to);
  if (!here || !goal) return { type: 'none', why: `${here ? to : nav.waypoint} is not on the chart of ${nav.system}` };

  const mode = nav.flightMode === 'DRIFT' ? 'CRUISE' : nav.flightMode;
  const next = nextStop(here, goal, places, mode, fuel);
  if (next) {
    if (fuelFor(apart(here, next), mode) > fuel.current) return { type: 'refuel' };
    return { type: 'fly', to: next.symbol, mode };
  }
  if (fuel.current < 1) {
    if (here.sellsFuel) return { type: 'refuel' };
    return { type: 'none', why: `${symbol} has no fuel, and none is sold at ${here.symbol}` };
  }
  const stops = here.sellsFuel ? [goal] : places.filter((place) => place.sellsFuel || place === goal);
  return { type: 'fly', to: nearest(here, stops, goal).symbol, mode: 'DRIFT' };
}

function nearest(here: Place, stops: readonly ChartedPlace[], otherwise: ChartedPlace): ChartedPlace {
  return stops.reduce((best, stop) => (apart(here, stop) < apart(here, best) ? stop : best), otherwise);
}

/** The first stop of the shortest way on which no leg needs more than the tank holds then; undefined when there is none. */
function nextStop(
  here: ChartedPlace,
  goal: ChartedPlace,
  places: readonly ChartedPlace[],
  mode: string,
  fuel: ShipInSight['fuel'],
): ChartedPlace | undefined {
  const open = new Set(places.filter((place) => place !== here && (place.sellsFuel || place === goal)));
  const ways = new Map<ChartedPlace, { readonly length: number; readonly first: ChartedPlace }>();
  const extend = (from: ChartedPlace, length: number, tank: number, first?: ChartedPlace): void => {
    for (const stop of open) {
      const leg = apart(from, stop);
      if (fuelFor(leg, mode) > tank || length + leg >= (ways.get(stop)?.length ?? Infinity)) continue;
      ways.set(stop, { length: length + leg, first: first ?? stop });
    }
  };
  extend(here, 0, here.sellsFuel ? fuel.capacity : fuel.current);
  for (;;) {
    const [next] = [...ways].filter(([stop]) => open.has(stop)).sort(([, one], [, other]) => one.length - other.length);
    if (!next) return undefined;
    const [stop, { length, first }] = next;
    if (stop === goal) return first;
    open.delete(stop);
    extend(stop, length, fuel.capacity, first);
  }
}
