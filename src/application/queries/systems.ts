import { Query } from '@nestjs/cqrs';
import type { SystemChart } from '../../domain/system/system.js';
import type { Freshness, NotThereYet, ViewAnswer } from './view-answer.js';

export interface SystemGraph {
  readonly chart: SystemChart;
  readonly lastUpdatedMs: number;
}

/** The chart of one system; null when it was never charted. */
export class FindSystem extends Query<ViewAnswer<SystemGraph | null> | NotThereYet> {
  constructor(readonly ask: { readonly system: string } & Freshness) {
    super();
  }
}

export interface SystemSummary {
  readonly symbol: string;
  readonly type: string;
  readonly waypoints: number;
  readonly lastUpdatedMs: number;
}

export class ListSystems extends Query<ViewAnswer<readonly SystemSummary[]> | NotThereYet> {
  constructor(readonly ask: Freshness = {}) {
    super();
  }
}
