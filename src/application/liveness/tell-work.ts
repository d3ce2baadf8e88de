import { Inject } from '@nestjs/common';
import { wayOut } from '../../domain/lease/lease.js';
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
    const holder = previous?.token === token ? previous.holder : (lock.holder ?? previous?.holder);
    if (!holder) throw new Error('what is lost was held');
    const loss = { resource, token, ...wayOut(token, { previous, lastToken: newest }) };
    if (!dryRun) await this.work.abandon(bySweep(this.ids), loss);
    return { type: 'TellWork', holder, ...loss };
  }
}
