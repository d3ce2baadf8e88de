import { Inject } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { leaseStream } from '../../domain/lease/resource.js';
import type { LockRepair } from '../../domain/sweep/lock-repair.js';
import type { Policy } from '../policy.js';
import type { Clock } from '../ports/clock.js';
import { CLOCK, POLICY } from '../ports/tokens.js';
import { ListWatchedLocks, type Lock } from '../queries/locks.js';
import { FreeLock } from './free-lock.js';
import { HeardHeartbeats } from './heard-heartbeats.js';
import { isOfOneStream } from './one-stream.js';
import type { SweepRun } from './repair-sweep.js';
import { StaleHolds, type StaleHold } from './stale-holds.js';
import { TellWork } from './tell-work.js';

export interface LockSweepRun extends Pick<SweepRun, 'looked' | 'failed' | 'stale'> {
  readonly repaired: readonly LockRepair[];
}

/**
 * Frees locks whose holder is provably gone or whose work is over, and tells work that its lease went. The view only says
 * where to look: everything is decided at the revision that was looked at.
 */
export class LockSweep {
  readonly #stale: StaleHolds;
  /** Work under locks that had changed by then was told what there was to tell. */
  #toldUpTo = -1n;

  constructor(
    @Inject(TellWork) private readonly tell: TellWork,
    @Inject(FreeLock) private readonly free: FreeLock,
    @Inject(HeardHeartbeats) private readonly heard: HeardHeartbeats,
    @Inject(QueryBus) private readonly queries: QueryBus,
    @Inject(CLOCK) clock: Clock,
    @Inject(POLICY) policy: Policy,
  ) {
    this.#stale = new StaleHolds(clock, policy);
  }

  /** `dryRun`: says what it would do, and changes nothing. Rejects when the view cannot be read. */
  async run(dryRun = false): Promise<LockSweepRun> {
    const seen = await this.queries.execute(new ListWatchedLocks({ changedAfter: this.#toldUpTo }));
    if (seen.type !== 'Answered') return { looked: 0, repaired: [], failed: [], stale: [] };
    const repaired: LockRepair[] = [];
    const failed: { subject: string; message: string }[] = [];
    let toldUpTo = seen.position;
    for (const lock of seen.value) {
      const subject = leaseStream(lock.resource);
      try {
        if (lock.position > this.#toldUpTo) {
          const told = await this.tell.under(lock, dryRun);
          if (told.type === 'TooEarly') toldUpTo = before(lock, toldUpTo);
          if (told.type === 'Told') repaired.push(told.repair);
        }
        const freeing = await this.free.ifOver(lock, dryRun);
        if (freeing.type === 'Freed') repaired.push(freeing.repair);
        if (freeing.type === 'Refused') failed.push({ subject, message: freeing.why });
      } catch (error) {
        if (!isOfOneStream(error)) throw error;
        toldUpTo = before(lock, toldUpTo);
        failed.push({ subject, message: error.message });
      }
    }
    if (!dryRun) this.#toldUpTo = toldUpTo;
    return { looked: seen.value.length, repaired, failed, stale: this.#staleAmong(seen.value) };
  }

  #staleAmong(locks: readonly Lock[]): readonly StaleHold[] {
    const active = locks.flatMap(({ resource, status, holder, updatedAtMs: lastMovedMs }) => {
      if (status !== 'active' || !holder) return [];
      const { movedAgoMs } = this.heard.last(leaseStream(resource)) ?? {};
      return [{ resource, holder: holder.id, lastMovedMs, movedAgoMs }];
    });
    return this.#stale.among(active);
  }
}

function before({ position }: Lock, other: bigint): bigint {
  return position - 1n < other ? position - 1n : other;
}
