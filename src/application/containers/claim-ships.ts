import { Inject } from '@nestjs/common';
import { container, containerStream, isFinished, isStopping } from '../../domain/container/container.js';
import type { AdoptedLease, ContainerSnapshot } from '../../domain/container/events.js';
import type { Decision } from '../../domain/kernel/decider.js';
import type { Granted } from '../../domain/lease/decision.js';
import { acquire, takeUpAgain } from '../../domain/lease/granting.js';
import { handOver } from '../../domain/lease/handing-over.js';
import { release } from '../../domain/lease/releasing.js';
import type { Holder, LeaseEvent } from '../../domain/lease/events.js';
import { lease, sameButForAttempt, type LeaseState } from '../../domain/lease/lease.js';
import type { LeaseRefusal } from '../../domain/lease/refusals.js';
import { leaseStream, shipResource, type Resource } from '../../domain/lease/resource.js';
import { stepOf, type CommandContext } from '../command-context.js';
import { Decisions, type Decided } from '../decide-and-append.js';
import { decideLease } from '../leases/decide-lease.js';
import type { Policy } from '../policy.js';
import type { Clock } from '../ports/clock.js';
import { CLOCK, POLICY } from '../ports/tokens.js';

/** Waits of a claim that meets a holder which is just ending: seven tries more. */
const handOverDelaysMs = [200, 300, 500, 800, 1_200, 2_000, 3_000];

export interface Claim {
  readonly holder: Holder;
  readonly operation: string;
  readonly ttlMs: number;
  readonly adoptsObligations: boolean;
  /** The lease this one continues, per ship: it passes on in one event instead of being granted anew. */
  readonly continues: ReadonlyMap<string, { readonly id: string; readonly token: number }>;
}

export interface Taken {
  readonly resource: Resource;
  readonly token: number;
}

export type ClaimOutcome =
  | {
      readonly type: 'Claimed';
      readonly leases: readonly AdoptedLease[];
      /** Those that this claim took itself: a hold that it had already is not its own to give back. */
      readonly taken: readonly Taken[];
    }
  | { readonly type: 'Refused'; readonly refusal: LeaseRefusal };

/** Several ships for one holder: all or none. What was taken before a refusal is given back. */
export class ClaimShips {
  constructor(
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(POLICY) private readonly policy: Policy,
  ) {}

  async claim(context: CommandContext, resources: readonly Resource[], claim: Claim): Promise<ClaimOutcome> {
    const refusal = resources.length > 1 ? await this.foreseen(resources, claim) : undefined;
    if (refusal && !(await this.#isWorthWaiting(refusal))) return { type: 'Refused', refusal };
    const held = new Map<string, number>();
    const taken = new Map<string, Taken>();
    const patience = [...handOverDelaysMs];
    for (let isSure = false; !isSure;) {
      const before = patience.length;
      for (const resource of inOneOrder(resources)) {
        const { outcome } = await this.#claimOrWait(context, resource, claim, patience);
        if (outcome.type !== 'Granted') {
          await this.rollBack(context, claim.holder, [...taken.values()]);
          return { type: 'Refused', refusal: outcome };
        }
        const { token } = outcome.hold;
        held.set(resource.name, token);
        if (!outcome.already) taken.set(resource.name, { resource, token });
      }
      // While it waited, what it had taken before may have been freed: nobody works with it yet.
      isSure = patience.length === before;
    }
    const leases = resources.map(({ name }) => ({ ship: name, token: held.get(name) ?? 0 }));
    return { type: 'Claimed', leases, taken: [...taken.values()] };
  }

  /**
   * What a container can pass on: the leases of its latest attempt, and the newer one that it has where its next attempt
   * never began.
   */
  async passedOnBy({ containerId, player, leases }: ContainerSnapshot): Promise<Claim['continues']> {
    const passed = new Map<string, { readonly id: string; readonly token: number }>();
    for (const { ship, token } of leases) {
      const { hold } = (await this.decisions.current(lease, leaseStream(shipResource(player, ship)))).state;
      const isNewer = hold?.holder.kind === 'container' && hold.holder.id === containerId && hold.token > token;
      const isLeft = isNewer && !(await this.#hasBegun(hold.holder));
      passed.set(ship, { id: containerId, token: isLeft ? hold.token : token });
    }
    return passed;
  }

  /** Why a claim of these would be refused now, if it would. Writes nothing. */
  async foreseen(resources: readonly Resource[], claim: Claim): Promise<LeaseRefusal | undefined> {
    for (const resource of inOneOrder(resources)) {
      const { outcome } = await this.decisions.foresee({
        aggregate: lease,
        stream: leaseStream(resource),
        decide: (state, nowMs) => decideClaim(claim, resource, state, nowMs),
      });
      if (outcome.type !== 'Granted') return outcome;
    }
    return undefined;
  }

  async rollBack(context: CommandContext, holder: Holder, taken: readonly Taken[]): Promise<void> {
    for (const { resource, token } of taken) {
      // Named by the token, and no repeat: the same command may claim, and give back, more than once.
      const undo = { ...stepOf(context, `rolled-back-${token}`), mayBeRepeat: false };
      await decideLease(this.decisions, undo, resource, (state, nowMs) =>
        release(
          {
            resource,
            holder,
            token,
            reason: 'claim_rolled_back',
            detail: 'another part of the same claim was refused',
            by: { kind: 'system', id: 'claim' },
            nowMs,
          },
          state,
        ),
      );
    }
  }

  /** A holder that is known to be ending is waited for, a little; anybody else's hold is a refusal at once. */
  async #claimOrWait(context: CommandContext, resource: Resource, claim: Claim, patience: number[]) {
    for (;;) {
      const one = await this.#claimOne(context, resource, claim);
      if (one.outcome.type !== 'HeldByAnother' || !(await this.#isEnding(resource, one.outcome.hold.holder)))
        return one;
      const delayMs = patience.shift();
      if (delayMs === undefined) return one;
      await this.clock.sleep(delayMs);
    }
  }

  async #isWorthWaiting(refusal: LeaseRefusal): Promise<boolean> {
    return refusal.type === 'HeldByAnother' && this.#isEnding(refusal.resource, refusal.hold.holder);
  }

  /** One that has ended with cargo aboard keeps its ship for as long as nobody disposes of the cargo. */
  async #isEnding(resource: Resource, holder: Holder): Promise<boolean> {
    if (holder.kind !== 'container') return false;
    const { state } = await this.decisions.current(container, containerStream(holder.id));
    if (!state || isStopping(state) || !isFinished(state)) return state !== null && isStopping(state);
    return (await this.decisions.current(lease, leaseStream(resource))).state.obligations.length === 0;
  }

  /**
   * What is the holder's own already is built upon, whoever took it: this command when it was first asked, or another
   * try. Where that was given back or lost since, or lies there unused, it is claimed anew, under a name of its own.
   */
  async #claimOne(
    context: CommandContext,
    resource: Resource,
    claim: Claim,
  ): Promise<Decided<Granted | LeaseRefusal, LeaseState>> {
    for (let { commandId } = context, isAnew = false; ; isAnew = true) {
      const one = await decideLease(
        this.decisions,
        { ...context, commandId },
        resource,
        (state, nowMs) =>
          (isAnew ? this.#takeUpAgain(claim, resource, state, nowMs) : undefined) ??
          decideClaim(claim, resource, state, nowMs),
      );
      if (one.outcome.type !== 'Granted' || (!one.repeated && !one.outcome.already)) return one;
      const { token } = one.outcome.hold;
      const { state } = await this.decisions.current(lease, leaseStream(resource));
      const isInForce = state.hold?.token === token;
      const lies = isInForce && this.#takeUpAgain(claim, resource, state, this.clock.nowMs()) !== undefined;
      if (isInForce && (!lies || (await this.#hasBegun(claim.holder)))) return one;
      commandId = `${context.commandId}/after-${token}`;
    }
  }

  /** Then what it holds is no leaving of a claim that got no further: somebody works with it. */
  async #hasBegun({ id, attempt }: Holder): Promise<boolean> {
    const { state } = await this.decisions.current(container, containerStream(id));
    return state !== null && state.attempt >= attempt;
  }

  /** The sweep clears a half-made claim away once its grace is over: half of it is left for making it whole. */
  #takeUpAgain({ holder, operation, ttlMs }: Claim, resource: Resource, state: LeaseState, nowMs: number) {
    const freshForMs = this.policy.repairGraceMs / 2;
    return takeUpAgain({ resource, holder, operation, ttlMs, freshForMs, nowMs }, state);
  }
}

type ClaimDecision = Decision<Granted | LeaseRefusal, LeaseEvent>;

/**
 * What the predecessor holds passes on; what is idle by now is claimed like anything else. What the same container took
 * up again meanwhile is its predecessor's too.
 */
function decideClaim(
  { holder, operation, ttlMs, adoptsObligations, continues }: Claim,
  resource: Resource,
  state: LeaseState,
  nowMs: number,
): ClaimDecision {
  const known = continues.get(resource.name);
  const isOfSame =
    state.hold !== null && sameButForAttempt(state.hold.holder, holder) && state.hold.token > (known?.token ?? 0);
  const from = known && isOfSame && state.hold ? { ...known, token: state.hold.token } : known;
  if (!from || !state.hold) return acquire({ resource, holder, operation, ttlMs, adoptsObligations, nowMs }, state);
  const by = { kind: 'holder', id: from.id } as const;
  return handOver({ resource, from, to: holder, operation, ttlMs, reason: 'next attempt', by, nowMs }, state);
}

/** The same order for everybody, so that two claims over the same ships meet at the first one. */
function inOneOrder(resources: readonly Resource[]): readonly Resource[] {
  return [...resources].sort((one, other) => (one.name < other.name ? -1 : one.name > other.name ? 1 : 0));
}
