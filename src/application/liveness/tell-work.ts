import { Inject } from '@nestjs/common';
import type { PastHold } from '../../domain/lease/events.js';
import type { LockRepair } from '../../domain/sweep/lock-repair.js';
import { WorkUnderLeases } from '../leases/held-work.js';
import type { Policy } from '../policy.js';
import type { Clock } from '../ports/clock.js';
import type { Ids } from '../ports/ids.js';
import { CLOCK, IDS, POLICY } from '../ports/tokens.js';
import type { Lock } from '../queries/locks.js';
import { bySweep } from './sweep-signature.js';

/** Tells work that goes on under the token of a hold that is over that its lease went: the note of it was never written. */
export class TellWork {
  constructor(
    @Inject(WorkUnderLeases) private readonly work: WorkUnderLeases,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(IDS) private readonly ids: Ids,
    @Inject(POLICY) private readonly policy: Policy,
  ) {}

  /**
   * Others may have had the lock since then. Tokens only rise: what the view has seen end has ended for good, however old
   * the view is. `dryRun`: it is only said what would be told. Undefined: there is nothing to tell, or not yet.
   */
  async under(lock: Lock, dryRun: boolean): Promise<LockRepair | undefined> {
    const { resource, previous, status, sinceMs, token: newest } = lock;
    const changedAtMs = Math.max(previous?.freedAtMs ?? 0, sinceMs ?? 0);
    // Whoever changed it a moment ago may tell the work yet.
    if (this.clock.nowMs() - changedAtMs < this.policy.repairGraceMs) return undefined;
    const token = await this.work.claimedUnder(resource);
    if (token === null || token > newest || (token === newest && status !== 'idle')) return undefined;
    const { holder, reason, detail } = endOf(token, lock);
    if (!dryRun) await this.work.abandon(bySweep(this.ids), { resource, token, reason, detail });
    return { type: 'TellWork', resource, holder, token, reason, detail };
  }
}

/** How the hold under a token ended, as far as the lock still says it: it passed on to others otherwise. */
function endOf(
  token: number,
  { previous, holder, token: newest }: Lock,
): Pick<PastHold, 'holder' | 'reason' | 'detail'> {
  if (previous?.token === token) return previous;
  const next = holder ?? previous?.holder;
  if (!next) throw new Error('what is lost was held');
  return { holder: next, reason: 'stale_cleanup', detail: `its lock passed on, and is at token ${newest}` };
}
