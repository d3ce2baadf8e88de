import type { SystemChart, SystemState } from '../system/system.js';
import type { Stop } from './closed-tour.js';

/** The markets worth a scout: all of the chart but fuel stations, which sell nothing else. */
export function scoutableMarkets({ waypoints }: SystemChart): readonly string[] {
  return waypoints
    .filter(({ type, traits }) => traits.includes('MARKETPLACE') && type !== 'FUEL_STATION')
    .map(({ symbol }) => symbol);
}

export type NoStops =
  | { readonly type: 'UnknownSystem'; readonly system: string }
  | { readonly type: 'NoMarkets'; readonly system: string }
  | { readonly type: 'NotOnChart'; readonly system: string; readonly waypoints: readonly string[] };

/** Where scouts are to go. `markets`: every one that is worth it if absent. */
export function stopsFor(
  { system, markets }: { readonly system: string; readonly markets?: readonly string[] | undefined },
  chart: SystemState,
): { readonly type: 'Stops'; readonly stops: readonly Stop[] } | NoStops {
  if (!chart) return { type: 'UnknownSystem', system };
  const wanted = new Set(markets ?? scoutableMarkets(chart));
  const stops = chart.waypoints.filter(({ symbol }) => wanted.delete(symbol));
  if (wanted.size > 0) return { type: 'NotOnChart', system, waypoints: [...wanted].sort() };
  return stops.length === 0 ? { type: 'NoMarkets', system } : { type: 'Stops', stops };
}
