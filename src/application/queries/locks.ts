import { Query } from '@nestjs/cqrs';
import type { Hold, Holder, HoldingProcess, PastHold } from '../../domain/lease/events.js';
import { particularsOf } from '../../domain/lease/lease.js';
import type { Resource } from '../../domain/lease/resource.js';
import type { AssignmentStatus } from './assignments.js';
import type { AsOf, Freshness, NotThereYet, Page, Paging, ViewAnswer } from './view-answer.js';

export type LockKind = 'task' | 'phase';

/** The lease of a task or a phase. */
export interface Lock {
  readonly resource: Resource & { readonly kind: LockKind };
  readonly status: AssignmentStatus;
  /** Null when idle. */
  readonly holder: Holder | null;
  /** Whom the holder works for, in words; null where it says nothing, and when idle. */
  readonly owner: string | null;
  /** Where the holder runs, as it says itself. */
  readonly process: HoldingProcess | null;
  /** Of the hold in force, or of the last one. */
  readonly token: number;
  readonly operation: string | null;
  readonly ttlMs: number | null;
  readonly sinceMs: number | null;
  /** These two say how it became idle; null while it is held. */
  readonly releasedAtMs: number | null;
  readonly releaseReason: string | null;
  readonly reservationReason: string | null;
  /** The hold before the one in force, or the last one. */
  readonly previous: PastHold | null;
  /** After an unclean loss the next grant waits until then; null: it does not. */
  readonly freeFromMs: number | null;
  readonly updatedAtMs: number;
  readonly revision: bigint;
  readonly position: bigint;
}

/** The hold as the log has it; null when the lock is idle. */
export function holdOfLock(lock: Lock): Hold | null {
  const { holder, token, operation, ttlMs, sinceMs, owner, process, reservationReason } = lock;
  if (!holder) return null;
  return {
    holder,
    token,
    operation: operation ?? '',
    ttlMs: ttlMs ?? 0,
    sinceMs: sinceMs ?? 0,
    reason: reservationReason ?? '',
    ...particularsOf({ ...(owner !== null && { owner }), ...(process && { process }) }),
  };
}

export interface LockKey {
  readonly kind: LockKind;
  readonly scope: string;
  readonly name: string;
}

export interface LockFilter {
  readonly kind?: LockKind | undefined;
  readonly scope?: string | undefined;
  readonly name?: string | undefined;
  /** The holder's id. */
  readonly holder?: string | undefined;
  readonly owner?: string | undefined;
  /** Default: active and reserved. */
  readonly statuses?: readonly AssignmentStatus[] | undefined;
}

/** Leases of tasks and phases by kind, scope and name. */
export class ListLocks extends Query<ViewAnswer<Page<Lock, LockKey>> | NotThereYet> {
  constructor(readonly ask: LockFilter & Paging<LockKey> & Freshness & { readonly asOf?: AsOf | undefined } = {}) {
    super();
  }
}

/** Every lock that is not idle: what the monitor and the sweep look at. */
export class ListHeldLocks extends Query<ViewAnswer<readonly Lock[]> | NotThereYet> {
  constructor(readonly ask: Freshness = {}) {
    super();
  }
}

/**
 * The locks of work that goes on, as the views have it, under the token of a hold that is over. It is asked of how things
 * are, not of what has changed: what is missed once, by whomever and however long ago, is found at the next look.
 */
export class ListUntoldWork extends Query<ViewAnswer<readonly Lock[]> | NotThereYet> {
  constructor(readonly ask: Freshness = {}) {
    super();
  }
}
