import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { scoutableMarkets } from '../../domain/scouting/markets.js';
import { partitionMarkets, type ScoutTour } from '../../domain/scouting/partition.js';
import { system, systemStream } from '../../domain/system/system.js';
import { Decisions } from '../decide-and-append.js';

export type PlannedTours =
  | {
      readonly type: 'Planned';
      /** By ship; a ship without a market has none. */
      readonly tours: readonly ScoutTour[];
    }
  | { readonly type: 'UnknownSystem' }
  | { readonly type: 'NoMarkets' }
  | { readonly type: 'NotOnChart'; readonly waypoints: readonly string[] };

/** Which ship should scout which markets of a system, in which order. Decides nothing and writes nothing. */
export class PlanTours extends Query<PlannedTours> {
  constructor(
    readonly ask: {
      readonly system: string;
      readonly ships: readonly string[];
      /** Every market of the chart that is no fuel station, if absent. */
      readonly markets?: readonly string[] | undefined;
    },
  ) {
    super();
  }
}

@QueryHandler(PlanTours)
export class PlanToursHandler implements IQueryHandler<PlanTours> {
  constructor(@Inject(Decisions) private readonly decisions: Decisions) {}

  async execute({ ask }: PlanTours): Promise<PlannedTours> {
    const { state: chart } = await this.decisions.current(system, systemStream(ask.system));
    if (!chart) return { type: 'UnknownSystem' };
    const wanted = new Set(ask.markets ?? scoutableMarkets(chart));
    const stops = chart.waypoints.filter(({ symbol }) => wanted.delete(symbol));
    if (wanted.size > 0) return { type: 'NotOnChart', waypoints: [...wanted].sort() };
    if (stops.length === 0) return { type: 'NoMarkets' };
    return { type: 'Planned', tours: partitionMarkets(ask.ships, stops) };
  }
}
