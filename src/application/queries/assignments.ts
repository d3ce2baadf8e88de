import { Query } from '@nestjs/cqrs';
import type { Hold, Holder, Obligation, OpenEffect, PastHold } from '../../domain/lease/events.js';
import type { ContainerRow } from './containers.js';
import type { AsOf, Freshness, NotThereYet, Page, Paging, ViewAnswer } from './view-answer.js';

/** `active`: held by a container or an agent; `reserved`: by an operator. */
export const assignmentStatuses = ['active', 'reserved', 'idle'] as const;
export type AssignmentStatus = (typeof assignmentStatuses)[number];

export interface Assignment {
  readonly player: number;
  readonly ship: string;
  readonly status: AssignmentStatus;
  /** Null when idle. */
  readonly holder: Holder | null;
  /** The holder's id where the holder is a container; null otherwise, and always when idle. */
  readonly containerId: string | null;
  /** Of the hold in force, or of the last one. */
  readonly token: number;
  /** What the ship is, or was last, held for; null if it never was. */
  readonly operation: string | null;
  readonly ttlMs: number | null;
  readonly assignedAtMs: number | null;
  /** These two say how the ship became idle; null while it is held. */
  readonly releasedAtMs: number | null;
  readonly releaseReason: string | null;
  readonly reservationReason: string | null;
  /** The hold before the one in force, or the last one. */
  readonly previous: PastHold | null;
  /** After an unclean loss the next grant waits until then; null: it does not. */
  readonly freeFromMs: number | null;
  readonly obligations: readonly Obligation[];
  readonly effects: readonly OpenEffect[];
  readonly updatedAtMs: number;
  readonly revision: bigint;
  readonly position: bigint;
  /** The holding container, if the view has it. */
  readonly container: ContainerRow | null;
}

/** The hold as the log has it; null when the ship is idle. */
export function holdOf({ holder, token, operation, ttlMs, assignedAtMs, reservationReason }: Assignment): Hold | null {
  if (!holder) return null;
  return {
    holder,
    token,
    operation: operation ?? '',
    ttlMs: ttlMs ?? 0,
    sinceMs: assignedAtMs ?? 0,
    reason: reservationReason ?? '',
  };
}

export interface AssignmentKey {
  readonly player: number;
  readonly ship: string;
}

export interface AssignmentFilter {
  readonly player?: number | undefined;
  /** Default: active and reserved. */
  readonly statuses?: readonly AssignmentStatus[] | undefined;
  readonly containerId?: string | undefined;
  readonly operation?: string | undefined;
}

/** Ship leases by player and symbol. */
export class ListAssignments extends Query<ViewAnswer<Page<Assignment, AssignmentKey>> | NotThereYet> {
  constructor(
    readonly ask: AssignmentFilter & Paging<AssignmentKey> & Freshness & { readonly asOf?: AsOf | undefined } = {},
  ) {
    super();
  }
}

/** Every player's ship of this symbol, idle ones too; none: the ship is unknown. */
export class FindAssignments extends Query<ViewAnswer<readonly Assignment[]> | NotThereYet> {
  constructor(
    readonly ask: {
      readonly ship: string;
      readonly player?: number | undefined;
      readonly asOf?: AsOf | undefined;
    } & Freshness,
  ) {
    super();
  }
}

export interface OperationCount {
  readonly operation: string;
  readonly status: AssignmentStatus;
  readonly count: number;
}

export class SummariseOperations extends Query<ViewAnswer<readonly OperationCount[]> | NotThereYet> {
  constructor(readonly ask: { readonly player?: number | undefined } & Freshness = {}) {
    super();
  }
}

/** A lease in force without a live container, a live container without the lease of a ship it names, or a pair. */
export interface HoldPair {
  readonly assignment: Assignment | null;
  readonly container: ContainerRow | null;
  /** The ship that links them; null for a live container that names no ship. */
  readonly ship: string | null;
}

/** All leases in force and all live containers, joined by ship and holder: what the sweep compares. */
export class ListHolds extends Query<ViewAnswer<readonly HoldPair[]> | NotThereYet> {
  constructor(readonly ask: { readonly player?: number | undefined } & Freshness = {}) {
    super();
  }
}
