import { Inject } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { decided, type Decision } from '../../domain/kernel/decider.js';
import { releaseDead } from '../../domain/lease/dead-process.js';
import { release, type Freed } from '../../domain/lease/decisions.js';
import type { Hold, LeaseEvent, PastHold } from '../../domain/lease/events.js';
import { particularsOf, type LeaseState } from '../../domain/lease/lease.js';
import { isLeaseRefusal, leaseRefusalText, type LeaseRefusal } from '../../domain/lease/refusals.js';
import { leaseStream } from '../../domain/lease/resource.js';
import { lockCure, type LockCure, type LockRepair } from '../../domain/sweep/lock-repair.js';
import { systemContext } from '../command-context.js';
import { Decisions } from '../decide-and-append.js';
import { decideLease } from '../leases/decide-lease.js';
import { WorkUnderLeases } from '../leases/held-work.js';
import type { Policy } from '../policy.js';
import type { Clock } from '../ports/clock.js';
import type { Ids } from '../ports/ids.js';
import type { Processes } from '../ports/processes.js';
import { CLOCK, IDS, POLICY, PROCESSES } from '../ports/tokens.js';
import { ListWatchedLocks, type Lock } from '../queries/locks.js';
import { HeardHeartbeats } from './heard-heartbeats.js';
import { isOfOneStream } from './one-stream.js';
import type { SweepRun } from './repair-sweep.js';

export interface LockSweepRun extends Pick<SweepRun, 'looked' | 'failed' | 'stale'> {
  readonly repaired: readonly LockRepair[];
}

type Outcome = Freed | LeaseRefusal | { readonly type: 'MovedOn' };

const monitor = { kind: 'system', id: 'monitor' } as const;

/**
 * Frees locks whose holder is provably gone or whose work is over, and tells work that its lease went. The view only says
 * where to look: everything is decided at the revision that was looked at.
 */
export class LockSweep {
  readonly #sinceMs: number;
  /** Work under locks that had changed by then was told what there was to tell. */
  #toldUpTo = -1n;

  constructor(
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(WorkUnderLeases) private readonly work: WorkUnderLeases,
    @Inject(HeardHeartbeats) private readonly heard: HeardHeartbeats,
    @Inject(QueryBus) private readonly queries: QueryBus,
    @Inject(PROCESSES) private readonly processes: Processes,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(IDS) private readonly ids: Ids,
    @Inject(POLICY) private readonly policy: Policy,
  ) {
    this.#sinceMs = clock.monotonicMs();
  }

  /** `dryRun`: says what it would do, and changes nothing. Rejects when the view cannot be read. */
  async run(dryRun = false): Promise<LockSweepRun> {
    const seen = await this.queries.execute(new ListWatchedLocks({ changedAfter: this.#toldUpTo }));
    if (seen.type !== 'Answered') return { looked: 0, repaired: [], failed: [], stale: [] };
    const repaired: LockRepair[] = [];
    const failed: { subject: string; message: string }[] = [];
    let toldUpTo = seen.position;
    for (const lock of seen.value) {
      const { resource, holder, token } = lock;
      try {
        const told = await this.#tellWork(lock, dryRun);
        if (told === 'too early') toldUpTo = before(lock, toldUpTo);
        else if (told) repaired.push(told);
        const hold = holdOf(lock);
        const cure = hold && holder && (await this.#cureOf(lock, hold));
        if (!cure) continue;
        const refusal = dryRun ? undefined : await this.#carryOut(lock, hold, cure);
        if (refusal === undefined) repaired.push({ resource, holder, token, ...cure });
        else if (refusal !== '') failed.push({ subject: leaseStream(resource), message: refusal });
      } catch (error) {
        if (!isOfOneStream(error)) throw error;
        toldUpTo = before(lock, toldUpTo);
        failed.push({ subject: leaseStream(resource), message: error.message });
      }
    }
    if (!dryRun) this.#toldUpTo = toldUpTo;
    return { looked: seen.value.length, repaired, failed, stale: this.#staleIn(seen.value) };
  }

  /**
   * Work that goes on under the token of a hold that is over: the note that it went was never written. Others may have had
   * the lock since then. Tokens only rise: what the view has seen end has ended for good, however old the view is.
   */
  async #tellWork(lock: Lock, dryRun: boolean): Promise<LockRepair | 'too early' | undefined> {
    const { resource, previous, position, status, sinceMs, token: newest } = lock;
    if (position <= this.#toldUpTo) return undefined;
    const changedAtMs = Math.max(previous?.freedAtMs ?? 0, sinceMs ?? 0);
    const isFresh = this.clock.nowMs() - changedAtMs < this.policy.repairGraceMs;
    const token = await this.work.claimedUnder(resource);
    const isLost = token !== null && (token < newest || (token === newest && status === 'idle'));
    // A claim that has just lost its lock may not know it yet, and adopt the work all the same.
    if (!isLost) return isFresh ? 'too early' : undefined;
    if (isFresh) return 'too early';
    const { holder, reason, detail } = endOf(token, lock);
    const context = systemContext(this.ids, 'sweep', 'sweep');
    if (!dryRun) await this.work.lost(context, resource, token, reason, detail);
    return { type: 'TellWork', resource, holder, token, reason, detail };
  }

  async #cureOf({ resource, status }: Lock, hold: Hold): Promise<LockCure | undefined> {
    if (status !== 'active') return undefined;
    const standing = await this.work.standing(resource, hold.token);
    const process = hold.process ? this.processes.look(hold.process) : 'unknown';
    return lockCure({ kind: resource.kind, hold, standing, process }, this.clock.nowMs(), this.policy);
  }

  /** Undefined: it was done; empty: it is not as it was looked at; otherwise why it could not be. */
  async #carryOut({ resource, revision }: Lock, hold: Hold, cure: LockCure): Promise<string | undefined> {
    const context = systemContext(this.ids, 'sweep', 'sweep');
    const { token } = hold;
    const { reason, detail } = cure;
    const decide = (state: LeaseState, nowMs: number, at: bigint | undefined): Decision<Outcome, LeaseEvent> => {
      if (at !== revision || state.hold?.token !== token) return decided({ type: 'MovedOn' });
      const of = { resource, token, by: monitor, nowMs };
      return cure.type === 'ReleaseDead' && hold.process
        ? releaseDead({ ...of, process: hold.process, here: 'dead' }, state)
        : release({ ...of, holder: null, reason, detail }, state);
    };
    const { outcome } = await decideLease(this.decisions, context, resource, decide);
    if (outcome.type === 'MovedOn') return '';
    if (isLeaseRefusal(outcome)) return leaseRefusalText(outcome);
    await this.work.lost(context, resource, token, reason, detail);
    return undefined;
  }

  /** Nothing can have moved while nobody was here: that time is not counted. */
  #staleIn(seen: readonly Lock[]): SweepRun['stale'] {
    const nowMs = this.clock.nowMs();
    const hereForMs = this.clock.monotonicMs() - this.#sinceMs;
    return seen.flatMap(({ resource, status, holder, updatedAtMs }) => {
      if (status !== 'active' || !holder) return [];
      const movedAgoMs = this.heard.last(leaseStream(resource))?.movedAgoMs ?? Infinity;
      const forMs = Math.round(Math.min(nowMs - updatedAtMs, hereForMs, movedAgoMs));
      return forMs <= this.policy.staleAlertMs ? [] : [{ resource, holder: holder.id, forMs }];
    });
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

function before({ position }: Lock, other: bigint): bigint {
  return position - 1n < other ? position - 1n : other;
}

function holdOf({ holder, token, operation, ttlMs, sinceMs, owner, process, reservationReason }: Lock): Hold | null {
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
