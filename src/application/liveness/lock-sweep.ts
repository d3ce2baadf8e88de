import { Inject } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { leaseStream } from '../../domain/lease/resource.js';
import type { LockRepair } from '../../domain/sweep/lock-repair.js';
import type { Policy } from '../policy.js';
import type { Clock } from '../ports/clock.js';
import { CLOCK, POLICY } from '../ports/tokens.js';
import { ListUntoldWork, ListHeldLocks, type Lock } from '../queries/locks.js';
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
    const untold = await this.queries.execute(new ListUntoldWork());
    const watched = await this.queries.execute(new ListHeldLocks());
    if (watched.type !== 'Answered') return { looked: 0, repaired: [], failed: [], stale: [] };
    const repaired: LockRepair[] = [];
    const failed: Failure[] = [];
    for (const lock of untold.type === 'Answered' ? untold.value : []) {
      await orNote(failed, lock, async () => {
        const told = await this.tell.under(lock, dryRun);
        if (told) repaired.push(told);
      });
    }
    for (const lock of watched.value) {
      await orNote(failed, lock, async () => {
        const freeing = await this.free.ifOver(lock, dryRun);
        if (freeing.type === 'Freed') repaired.push(freeing.repair);
        if (freeing.type === 'Refused') failed.push({ subject: subjectOf(lock), message: freeing.why });
      });
    }
    return { looked: watched.value.length, repaired, failed, stale: this.#staleAmong(watched.value) };
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

type Failure = LockSweepRun['failed'][number];

const subjectOf = ({ resource }: Lock): string => leaseStream(resource);

/** What is wrong with one lock must not keep the others from being freed. */
async function orNote(failed: Failure[], lock: Lock, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!isOfOneStream(error)) throw error;
    failed.push({ subject: subjectOf(lock), message: error.message });
  }
}
