import { Inject } from '@nestjs/common';
import type { Freed } from '../../domain/lease/decision.js';
import { acquire, type Acquire } from '../../domain/lease/granting.js';
import { release, type Release } from '../../domain/lease/releasing.js';
import { tokenRefusal } from '../../domain/lease/effects.js';
import type { Hold, Particulars } from '../../domain/lease/events.js';
import { lease, particularsOf, wayOut, type LeaseState, type WayOut } from '../../domain/lease/lease.js';
import type { LeaseRefusal } from '../../domain/lease/refusals.js';
import { leaseStream, type Resource } from '../../domain/lease/resource.js';
import { claimOperation } from '../../domain/lease/work.js';
import { later, type Answer } from '../answer.js';
import { stepOf, type CommandContext } from '../command-context.js';
import { Decisions, type Decided } from '../decide-and-append.js';
import { UnreadableEvent } from '../events/event-codec.js';
import { OutcomeUnknown } from '../ports/event-store.js';
import { decideLease } from './decide-lease.js';
import { WorkUnderLeases } from './held-work.js';

/** Characters of what is said of the end of a hold. */
export const mostOfDetail = 256;

export type Taking = Pick<Acquire, 'resource' | 'holder' | 'ttlMs'> & Particulars;

export interface Taken {
  readonly type: 'Taken';
  readonly resource: Resource;
  readonly hold: Hold;
  /** This command took it: a lock that its holder had already is not its own to give back. */
  readonly isOwn: boolean;
}

/** A lock and the token that proves who writes. */
export interface UnderToken {
  readonly resource: Resource;
  readonly token: number;
}

export interface Adoption<Outcome> {
  readonly outcome: Outcome;
  /** The lock went before the work had adopted it. The work has been told. */
  readonly lost: LeaseRefusal | undefined;
  readonly position: bigint;
}

/**
 * The locks that work is done under, of every kind by the same rules. A claim writes the lock first, which decides among
 * all who ask; then the work adopts its token. An end is written to the work first, and only one can be; then the lock is
 * given back. A crash between the two leaves what the sweep recognises and brings to its end.
 */
export class WorkLocks {
  constructor(
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(WorkUnderLeases) private readonly work: WorkUnderLeases,
  ) {}

  /**
   * The first half of a claim. What the same command took when it was first asked, and lost since, is asked for anew,
   * under a name of its own.
   */
  async take(context: CommandContext, ask: Taking): Promise<Answer<Taken | LeaseRefusal>> {
    const { resource } = ask;
    const how = { operation: claimOperation, adoptsObligations: false } as const;
    for (let { commandId } = context; ;) {
      const step = { ...context, commandId };
      const { outcome, position, repeated } = await decideLease(this.decisions, step, resource, (state, nowMs) =>
        acquire({ ...ask, ...how, nowMs }, state),
      );
      if (outcome.type !== 'Granted') return { outcome, position };
      const { hold, already } = outcome;
      if (!repeated || !(await this.refusalOf({ resource, token: hold.token }))) {
        return { outcome: { type: 'Taken', resource, hold, isOwn: !already }, position };
      }
      commandId = `${context.commandId}/after-${hold.token}`;
    }
  }

  /**
   * The second half. Whatever comes in between, the lock that this claim took is given back, with what came for a reason;
   * where it is not known whether the work was adopted, the sweep will see.
   * @param undoneBy why the work does not adopt the lock, if it does not
   */
  async adopt<Outcome>(
    context: CommandContext,
    taken: Taken,
    decide: () => Promise<Answer<Outcome>>,
    undoneBy: (outcome: Outcome) => WayOut | undefined,
  ): Promise<Adoption<Outcome>> {
    const { outcome, position } = await decide().catch(async (error: unknown) => {
      if (!(error instanceof OutcomeUnknown)) {
        const reason = error instanceof UnreadableEvent ? 'json_error' : 'claim_failed';
        const detail = error instanceof Error ? error.message : '';
        await this.#giveBack(context, taken, { reason, detail }).catch(() => undefined);
      }
      throw error;
    });
    const undone = undoneBy(outcome);
    if (undone) {
      const at = await this.#giveBack(context, taken, undone);
      return { outcome, lost: undefined, position: later(position, at) };
    }
    return { outcome, lost: await this.#lostMeanwhile(context, taken), position };
  }

  /** The lock as its claim was answered, for one who asks again: the work's own word where the lock has passed on. */
  async claimedAs(
    context: CommandContext,
    resource: Resource,
    { token, holder, sinceMs }: Pick<Hold, 'token' | 'holder' | 'sinceMs'>,
    ask: Pick<Taking, 'ttlMs' | keyof Particulars>,
  ): Promise<Hold> {
    const hold = (await this.decisions.leftBy(context, lease, leaseStream(resource)))?.state.hold;
    if (hold?.token === token) return hold;
    const { ttlMs } = ask;
    return { token, holder, sinceMs, operation: claimOperation, ttlMs, reason: '', ...particularsOf(ask) };
  }

  /** Why a write under this token is refused; undefined while it is in force. */
  async refusalOf(under: UnderToken): Promise<LeaseRefusal | undefined> {
    return tokenRefusal(under, await this.#state(under.resource));
  }

  /** Gives the lock of work that is over back; one that went before, or passed on, is left alone. */
  release(context: CommandContext, { resource, token }: UnderToken, { reason, detail }: WayOut) {
    return this.#release(context, { resource, holder: null, token, reason, detail, by: null });
  }

  /** Gives the lock back, and the work up where it is not finished: it may be claimed again at once. */
  async abandon(context: CommandContext, ask: Omit<Release, 'nowMs'>): Promise<Answer<Freed | LeaseRefusal>> {
    const { resource, token, reason } = ask;
    // Whoever read of its completion later would take the work for done, while it can be claimed again.
    if (reason === 'completed' && (await this.work.standing(resource, token)) === 'claimed') {
      return { outcome: { type: 'WorkUnfinished', resource, token }, position: 0n };
    }
    const { outcome, state, position } = await this.#release(context, ask);
    // It may have gone before, for another reason, which the work was not told yet.
    if (outcome.type === 'Freed') await this.work.abandon(context, { resource, token, ...wayOut(token, state) });
    return { outcome, position };
  }

  /** Nobody works under it yet: it goes back as it came, in the name of the claim. */
  async #giveBack(context: CommandContext, { resource, hold, isOwn }: Taken, undone: WayOut): Promise<bigint> {
    if (!isOwn) return 0n;
    const { token } = hold;
    // Named by the token, and no repeat: the same command may claim, and give back, more than once.
    const step = { ...stepOf(context, `given-back-${token}`), mayBeRepeat: false };
    const by = { kind: 'system', id: 'claim' } as const;
    return (await this.#release(step, { resource, holder: null, token, ...undone, by })).position;
  }

  /** Whoever took the lock before the work had adopted it found nothing to tell. */
  async #lostMeanwhile(context: CommandContext, { resource, hold }: Taken): Promise<LeaseRefusal | undefined> {
    const state = await this.#state(resource);
    const { token } = hold;
    const lost = tokenRefusal({ resource, token }, state);
    if (lost) await this.work.abandon(context, { resource, token, ...wayOut(token, state) });
    return lost;
  }

  #release(context: CommandContext, ask: Omit<Release, 'nowMs'>): Promise<Decided<Freed | LeaseRefusal, LeaseState>> {
    return decideLease(this.decisions, context, ask.resource, (state, nowMs) => release({ ...ask, nowMs }, state));
  }

  async #state(resource: Resource): Promise<LeaseState> {
    return (await this.decisions.current(lease, leaseStream(resource))).state;
  }
}
