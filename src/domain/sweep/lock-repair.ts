import { deadDetail } from '../lease/dead-process.js';
import type { Hold } from '../lease/events.js';
import { isReservation } from '../lease/lease.js';
import type { PlannedRelease } from '../lease/planned-release.js';
import { nouns, type LeaseKind } from '../lease/resource.js';
import { isClaim, type WorkStanding } from '../lease/work.js';

/** One lock in force, as the sweep looks at it. */
export interface SweptLock {
  readonly kind: LeaseKind;
  readonly hold: Hold;
  /** How the work under it stands to its token. */
  readonly standing: WorkStanding;
  /** `dead` only where that is proven. */
  readonly process: 'alive' | 'dead' | 'unknown';
}

/**
 * - `ReleaseFinished`: the work is done, and its lease was left.
 * - `ReleaseEnded`: its run under the lease is over, and the lease was left.
 * - `ReleaseDead`: the process that the holder named is gone.
 * - `RollBackClaim`: a claim that its work never adopted.
 * - `TellWork`: work goes on under a token that is not in force any more. It may be claimed again.
 */
export interface LockRepair extends PlannedRelease {
  readonly type: 'ReleaseFinished' | 'ReleaseEnded' | 'ReleaseDead' | 'RollBackClaim' | 'TellWork';
}

export type LockCure = Pick<LockRepair, 'type' | 'reason' | 'detail'>;

/** What a lock in force calls for; undefined: nothing. A reservation is never touched, nor one whose holder may live. */
export function lockCure(
  { kind, hold, standing, process }: SweptLock,
  nowMs: number,
  { repairGraceMs }: { readonly repairGraceMs: number },
): LockCure | undefined {
  if (isReservation(hold)) return undefined;
  const owner = hold.owner ?? hold.holder.id;
  if (standing === 'finished') {
    const reason = kind === 'task' ? 'task_completed' : 'completed';
    return { type: 'ReleaseFinished', reason, detail: `${nouns[kind]} marked complete (owner: ${owner})` };
  }
  if (standing === 'over') {
    const detail = `${nouns[kind]} no longer worked on, and its lock left (owner: ${owner})`;
    return { type: 'ReleaseEnded', reason: 'stale_cleanup', detail };
  }
  if (process === 'dead' && hold.process) {
    const detail = deadDetail(hold.process, owner);
    return { type: 'ReleaseDead', reason: 'dead_process', detail };
  }
  const isHalfMade = standing === 'unclaimed' && isClaim(hold);
  if (isHalfMade && nowMs - hold.sinceMs >= repairGraceMs) {
    return { type: 'RollBackClaim', reason: 'claim_rolled_back', detail: `Half-made claim (owner: ${owner})` };
  }
  return undefined;
}
