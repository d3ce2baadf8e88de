import type { AdoptedLease, ContainerSnapshot } from '../container/events.js';
import type { Hold, Obligation } from '../lease/events.js';
import type { PlannedRelease } from '../lease/planned-release.js';
import type { Resource } from '../lease/resource.js';

export type SweptHold = Pick<Hold, 'holder' | 'token' | 'ttlMs' | 'sinceMs'>;

/** One lease, as the sweep looks at it. Idle ones may be listed; they are passed over. */
export interface SweptLease {
  readonly resource: Resource;
  readonly hold: SweptHold | null;
  readonly obligations: readonly Obligation[];
}

export type SweptContainer = Pick<
  ContainerSnapshot,
  | 'containerId'
  | 'player'
  | 'status'
  | 'attempt'
  | 'ships'
  | 'leases'
  | 'attemptStartedAtMs'
  | 'updatedAtMs'
  | 'stopReason'
>;

/**
 * What leases and containers say of each other at one moment. The two may be read one after the other: what changes in
 * between is younger than the grace. Containers: every live one, and every one that a listed lease names, ended or not;
 * a name that is missing is taken for a container that does not exist.
 */
export interface SweepSnapshot {
  readonly leases: readonly SweptLease[];
  readonly containers: readonly SweptContainer[];
  readonly nowMs: number;
}

export interface SweepRules {
  /** A pair that is half made is left alone for so long. Milliseconds. */
  readonly repairGraceMs: number;
  /** A container asked to stop that has written nothing for so long is stopped for it. Milliseconds. */
  readonly stopGraceMs: number;
  /** What a release is called whose holder does not exist: the sweep cleans up, a start finds the restart's leavings. */
  readonly orphanReason: 'stale_cleanup' | 'daemon_restart';
  /** Only this player's ships and containers are touched; null: everybody's. */
  readonly player: number | null;
}

interface OfContainer {
  readonly containerId: string;
  /** The container's own, as it was seen. */
  readonly token: number;
  readonly reason: string;
  readonly detail: string;
}

/**
 * One thing to put right, by an ordinary command:
 * - `FinishStop`: asked to stop, and silent since. To STOPPED.
 * - `InterruptWithoutLease`: it runs, but not under the lease that is in force. To INTERRUPTED.
 * - `FinishAttempt`: a lease passed on to an attempt that never began. Pass on the other ships, then begin it.
 * - `ReleaseOrphan`: the holder does not exist; its claim was never followed by a container.
 * - `ReleaseEnded`: the holder has ended; the reason is its outcome.
 * - `RollBackClaim`: the holder had ended and was to be restarted; nobody waits for that any more.
 */
export type Repair = ContainerRepair | LeaseRepair;

export type ContainerRepair =
  | ({ readonly type: 'FinishStop' | 'InterruptWithoutLease' } & OfContainer)
  | ({ readonly type: 'FinishAttempt'; readonly leases: readonly AdoptedLease[] } & OfContainer);

export interface LeaseRepair extends PlannedRelease {
  readonly type: 'ReleaseOrphan' | 'ReleaseEnded' | 'RollBackClaim';
}

/** A lease that should go and cannot: what its ship owes must be disposed of first. */
export interface KeptLaden extends PlannedRelease {
  readonly obligations: readonly Obligation[];
}

export interface SweepPlan {
  /** Containers first: nobody may meet a running one whose lease is gone. */
  readonly repairs: readonly Repair[];
  readonly kept: readonly KeptLaden[];
}
