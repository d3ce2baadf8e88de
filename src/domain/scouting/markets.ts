import type { SystemChart } from '../system/system.js';

/** The markets worth a scout: all of the chart but fuel stations, which sell nothing else. */
export function scoutableMarkets({ waypoints }: SystemChart): readonly string[] {
  return waypoints
    .filter(({ type, traits }) => traits.includes('MARKETPLACE') && type !== 'FUEL_STATION')
    .map(({ symbol }) => symbol);
}
