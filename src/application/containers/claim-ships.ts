import { Inject } from '@nestjs/common';
import { container, containerStream, isFinished, isStopping } from '../../domain/container/container.js';
import type { AdoptedLease } from '../../domain/container/events.js';
import { acquire, handOver, release, type Granted } from '../../domain/lease/decisions.js';
import type { Holder } from '../../domain/lease/events.js';
import { isLeaseRefusal, type LeaseRefusal } from '../../domain/lease/refusals.js';
import type { Resource } from '../../domain/lease/resource.js';
import type { CommandContext } from '../command-context.js';
import { Decisions } from '../decide-and-append.js';
import { decideLease } from '../leases/decide-lease.js';
import type { Clock } from '../ports/clock.js';
import { CLOCK } from '../ports/tokens.js';

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

export type ClaimOutcome =
  | { readonly type: 'Claimed'; readonly leases: readonly AdoptedLease[]; readonly position: bigint }
  | { readonly type: 'Refused'; readonly refusal: LeaseRefusal };

/** Several ships for one holder: all or none. What was taken before a refusal is given back. */
export class ClaimShips {
  constructor(
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async claim(context: CommandContext, resources: readonly Resource[], claim: Claim): Promise<ClaimOutcome> {
    const taken: { readonly resource: Resource; readonly granted: Granted }[] = [];
    let position = 0n;
    for (const resource of inOneOrder(resources)) {
      const one = await this.#claimOrWait(context, resource, claim);
      if (isLeaseRefusal(one.outcome)) {
        await this.rollBack(
          context,
          claim.holder,
          taken
            .filter(({ granted }) => !granted.already)
            .map(({ resource, granted }) => ({ resource, token: granted.hold.token })),
        );
        return { type: 'Refused', refusal: one.outcome };
      }
      taken.push({ resource, granted: one.outcome });
      if (one.position > position) position = one.position;
    }
    const leases = resources.map(({ name }) => {
      const token = taken.find(({ resource }) => resource.name === name)?.granted.hold.token ?? 0;
      return { ship: name, token };
    });
    return { type: 'Claimed', leases, position };
  }

  async rollBack(
    context: CommandContext,
    holder: Holder,
    taken: readonly { readonly resource: Resource; readonly token: number }[],
  ): Promise<void> {
    const undo = { ...context, commandId: `${context.commandId}/rolled-back` };
    for (const { resource, token } of taken) {
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
  async #claimOrWait(context: CommandContext, resource: Resource, claim: Claim) {
    for (const delayMs of handOverDelaysMs) {
      const one = await this.#claimOne(context, resource, claim);
      if (one.outcome.type !== 'HeldByAnother' || !(await this.#isEnding(one.outcome.hold.holder))) return one;
      await this.clock.sleep(delayMs);
    }
    return this.#claimOne(context, resource, claim);
  }

  async #isEnding(holder: Holder): Promise<boolean> {
    if (holder.kind !== 'container') return false;
    const { state } = await this.decisions.load(container, containerStream(holder.id));
    return state !== null && (isStopping(state) || isFinished(state));
  }

  #claimOne(context: CommandContext, resource: Resource, claim: Claim) {
    const from = claim.continues.get(resource.name);
    const { holder, operation, ttlMs, adoptsObligations } = claim;
    return decideLease<Granted | LeaseRefusal>(this.decisions, context, resource, (state, nowMs) => {
      if (!from || (!state.hold && state.previous?.holder.id !== from.id)) {
        return acquire({ resource, holder, operation, ttlMs, adoptsObligations, nowMs }, state);
      }
      const by = { kind: 'holder', id: from.id } as const;
      return handOver({ resource, from, to: holder, operation, ttlMs, reason: 'next attempt', by, nowMs }, state);
    });
  }
}

/** The same order for everybody, so that two claims over the same ships meet at the first one. */
function inOneOrder(resources: readonly Resource[]): readonly Resource[] {
  return [...resources].sort((one, other) => (one.name < other.name ? -1 : one.name > other.name ? 1 : 0));
}
