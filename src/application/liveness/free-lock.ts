import { Inject } from '@nestjs/common';
import { decided, type Decision } from '../../domain/kernel/decider.js';
import { releaseDead } from '../../domain/lease/dead-process.js';
import type { Freed } from '../../domain/lease/decision.js';
import type { Hold, LeaseEvent } from '../../domain/lease/events.js';
import { noOlderThan, lease, type LeaseState } from '../../domain/lease/lease.js';
import { isLeaseRefusal, leaseRefusalText, type LeaseRefusal } from '../../domain/lease/refusals.js';
import { release } from '../../domain/lease/releasing.js';
import { leaseStream } from '../../domain/lease/resource.js';
import { lockCure, type LockCure, type LockRepair } from '../../domain/sweep/lock-repair.js';
import { Decisions } from '../decide-and-append.js';
import { decideLease } from '../leases/decide-lease.js';
import { WorkUnderLeases } from '../leases/held-work.js';
import type { Policy } from '../policy.js';
import type { Clock } from '../ports/clock.js';
import type { Ids } from '../ports/ids.js';
import type { Processes } from '../ports/processes.js';
import { CLOCK, IDS, POLICY, PROCESSES } from '../ports/tokens.js';
import { holdOfLock, type Lock } from '../queries/locks.js';
import { bySweep, sweep } from './sweep-signature.js';

export type Freeing =
  | { readonly type: 'Freed'; readonly repair: LockRepair }
  /** Its holder may live and work: it is left alone. */
  | { readonly type: 'LeftAlone' }
  /** It is not as it was looked at; the next sweep looks again. */
  | { readonly type: 'MovedOn' }
  | { readonly type: 'Refused'; readonly why: string };

type Decided = Freed | LeaseRefusal | { readonly type: 'MovedOn' };

/** Frees a lock whose holder is provably gone or whose work is over, and tells the work under it. */
export class FreeLock {
  constructor(
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(WorkUnderLeases) private readonly work: WorkUnderLeases,
    @Inject(PROCESSES) private readonly processes: Processes,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(IDS) private readonly ids: Ids,
    @Inject(POLICY) private readonly policy: Policy,
  ) {}

  /** Decided at the revision that was looked at. `dryRun`: it is only said what would be freed. */
  async ifOver(lock: Lock, dryRun: boolean): Promise<Freeing> {
    const hold = holdOfLock(lock);
    const cure = hold && (await this.#cureOf(lock, hold));
    if (!cure) return { type: 'LeftAlone' };
    const { resource } = lock;
    const { holder, token } = hold;
    const freed = { type: 'Freed', repair: { resource, holder, token, ...cure } } as const;
    if (dryRun) return freed;
    const outcome = await this.#free(lock, hold, cure);
    if (outcome.type === 'MovedOn') return outcome;
    if (isLeaseRefusal(outcome)) return { type: 'Refused', why: leaseRefusalText(outcome) };
    return freed;
  }

  async #cureOf({ resource, status }: Lock, hold: Hold): Promise<LockCure | undefined> {
    if (status !== 'active') return undefined;
    const standing = await this.work.standing(resource, hold.token);
    const process = hold.process ? this.processes.look(hold.process) : 'unknown';
    const cureOf = (found: Hold, nowMs: number) =>
      lockCure({ kind: resource.kind, hold: found, standing, process }, nowMs, this.policy);
    if (!cureOf(hold, this.clock.nowMs())) return undefined;
    const { unchangedForMs } = await this.decisions.withAge(lease, leaseStream(resource));
    const nowMs = this.clock.nowMs();
    return cureOf(noOlderThan(hold, unchangedForMs, nowMs), nowMs);
  }

  async #free({ resource, revision }: Lock, hold: Hold, cure: LockCure): Promise<Decided> {
    const context = bySweep(this.ids);
    const { token } = hold;
    const { reason, detail } = cure;
    const decide = (state: LeaseState, nowMs: number, at: bigint | undefined): Decision<Decided, LeaseEvent> => {
      if (at !== revision || state.hold?.token !== token) return decided({ type: 'MovedOn' });
      const of = { resource, token, by: sweep, nowMs };
      return cure.type === 'ReleaseDead' && hold.process
        ? releaseDead({ ...of, process: hold.process, here: 'dead' }, state)
        : release({ ...of, holder: null, reason, detail }, state);
    };
    const { outcome } = await decideLease(this.decisions, context, resource, decide);
    if (outcome.type === 'Freed') await this.work.abandon(context, { resource, token, reason, detail });
    return outcome;
  }
}
