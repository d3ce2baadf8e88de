import type { Stop } from './closed-tour.js';
import { partitionMarkets } from './partition.js';

/** A tour that a ship flies already. */
export interface FlownTour {
  readonly ship: string;
  readonly containerId: string;
  readonly markets: readonly string[];
}

export interface NewTour {
  readonly ship: string;
  readonly markets: readonly string[];
  /** The container whose ship it takes over, and which ends. */
  readonly insteadOf: string | null;
}

export interface ShareOut {
  /** They go on as they are. */
  readonly kept: readonly FlownTour[];
  readonly begun: readonly NewTour[];
  /** Tours for which no market is left. */
  readonly ended: readonly FlownTour[];
  /** Ships that get nothing to do. */
  readonly idle: readonly string[];
  /** Wanted markets that nobody visits: only another sharing out of everything can help. */
  readonly uncovered: readonly string[];
  /** Markets that a kept tour visits and nobody asked for. */
  readonly unasked: readonly string[];
}

export interface ScoutingAsk {
  /** At least one, none twice. */
  readonly ships: readonly string[];
  readonly markets: readonly Stop[];
  readonly flown: readonly FlownTour[];
  /** Ships that a tour which is over still has: they are free for this, and the first to be used. */
  readonly left?: readonly Pick<FlownTour, 'ship' | 'containerId'>[];
  /** Share everything out anew, whatever is flown. */
  readonly replan: boolean;
}

/**
 * Who flies which markets, so that each is visited and nobody who flies already is disturbed: what is flown goes on, and
 * only the markets that are left are shared out among the ships that are free. Asked to replan, all markets are shared
 * out among all ships, and a tour goes on only where it is the same. A ship that a tour which is over still has is used
 * before any idle one: nobody else would come for it.
 */
export function shareOut({ ships, markets, flown, left: bound = [], replan }: ScoutingAsk): ShareOut {
  const ofShip = new Map(flown.map((tour) => [tour.ship, tour]));
  const [free, left] = replan
    ? [ships, markets]
    : [ships.filter((ship) => !ofShip.has(ship)), markets.filter(({ symbol }) => !isFlown(symbol, flown))];
  const leftBy = new Map(bound.map(({ ship, containerId }) => [ship, containerId]));
  const boundFirst = [...free].sort(
    (one, other) => Number(leftBy.has(other)) - Number(leftBy.has(one)) || (one < other ? -1 : 1),
  );
  const used = boundFirst.slice(0, left.length);
  const tours = used.length > 0 ? partitionMarkets(used, left) : [];
  const begun = tours
    .filter(({ ship, markets }) => !isSame(ofShip.get(ship)?.markets ?? [], markets))
    .map(({ ship, markets }) => ({
      ship,
      markets,
      insteadOf: ofShip.get(ship)?.containerId ?? leftBy.get(ship) ?? null,
    }));
  const busy = new Set(tours.map(({ ship }) => ship));
  const anew = new Set(begun.map(({ ship }) => ship));
  const ended = replan ? flown.filter(({ ship }) => !busy.has(ship)) : [];
  const kept = flown.filter((tour) => !anew.has(tour.ship) && !ended.includes(tour));
  const asked = new Set(markets.map(({ symbol }) => symbol));
  return {
    ...{ kept, begun, ended },
    idle: ships.filter((ship) => !busy.has(ship) && !kept.some((tour) => tour.ship === ship)),
    uncovered: tours.length > 0 ? [] : left.map(({ symbol }) => symbol),
    unasked: [...new Set(kept.flatMap((tour) => tour.markets))].filter((symbol) => !asked.has(symbol)).sort(),
  };
}

function isFlown(market: string, flown: readonly FlownTour[]): boolean {
  return flown.some(({ markets }) => markets.includes(market));
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((each) => other.includes(each));
}
