import { Query } from '@nestjs/cqrs';
import type { ContainerStatus } from '../../domain/container/events.js';
import type { TourAlgorithm } from '../../domain/system/tour.js';
import type { Freshness, NotThereYet, ViewAnswer } from './view-answer.js';

/** A scout tour whose container is live and holds its ship. */
export interface Tour {
  readonly system: string;
  readonly containerId: string;
  readonly player: number;
  readonly ship: string;
  readonly status: ContainerStatus;
  readonly attempt: number;
  readonly token: number;
  readonly assignedAtMs: number;
  /** As configured. */
  readonly markets: readonly string[];
  /** As flown in the last complete lap, else as configured. */
  readonly order: readonly string[];
  readonly algorithm: TourAlgorithm;
  /** Euclidean, rounded to 2 decimals, with the way back where there are 2 markets or more. */
  readonly totalDistance: number;
  /** Of the lap in progress, in the order they were visited. */
  readonly visited: readonly string[];
  readonly laps: number;
  readonly lastLapAtMs: number | null;
  readonly lastVisit: { readonly waypoint: string; readonly atMs: number } | null;
}

/** The system was never charted: distances and the map have no ground. */
export interface UnknownSystem {
  readonly type: 'UnknownSystem';
  readonly system: string;
}

export class ListTours extends Query<ViewAnswer<readonly Tour[]> | UnknownSystem | NotThereYet> {
  constructor(readonly ask: { readonly system: string; readonly player?: number | undefined } & Freshness) {
    super();
  }
}
