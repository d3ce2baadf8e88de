import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { stopsFor, type NoStops } from '../../domain/scouting/markets.js';
import { partitionMarkets, type PlannedTour } from '../../domain/scouting/partition.js';
import { system, systemStream } from '../../domain/system/system.js';
import { Decisions } from '../decide-and-append.js';

export type PlannedTours =
  | {
      readonly type: 'Planned';
      /** By ship; a ship without a market has none. */
      readonly tours: readonly PlannedTour[];
    }
  | NoStops;

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
    const found = stopsFor(ask, chart);
    return found.type === 'Stops' ? { type: 'Planned', tours: partitionMarkets(ask.ships, found.stops) } : found;
  }
}
