import { Query } from '@nestjs/cqrs';
import type { ContainerStatus } from '../../domain/container/events.js';
import type { LeaseKind } from '../../domain/lease/resource.js';
import type { NotThereYet, ViewAnswer } from './view-answer.js';

/** How many there are of everything, without a name. */
export interface FleetCounts {
  readonly leases: readonly {
    readonly kind: LeaseKind;
    readonly active: number;
    readonly reserved: number;
    /** Of the active ones; null where there is none. */
    readonly oldestSinceMs: number | null;
  }[];
  /** `overdue`: past their deadline. */
  readonly effects: { readonly open: number; readonly overdue: number };
  readonly obligations: number;
  readonly containers: readonly {
    readonly player: number;
    readonly containerType: string;
    readonly status: ContainerStatus;
    readonly count: number;
  }[];
}

export class CountFleet extends Query<ViewAnswer<FleetCounts> | NotThereYet> {}
