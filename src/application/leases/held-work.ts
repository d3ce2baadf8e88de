import { Inject } from '@nestjs/common';
import type { ReleaseReason } from '../../domain/lease/reasons.js';
import type { Resource } from '../../domain/lease/resource.js';
import type { WorkStanding } from '../../domain/lease/work.js';
import type { CommandContext } from '../command-context.js';
import type { NextStep } from '../custody/next-steps.js';
import { HELD_WORK } from '../ports/tokens.js';

/** A lease that went, and how. */
export interface Loss {
  readonly resource: Resource;
  readonly token: number;
  readonly reason: ReleaseReason;
  readonly detail: string;
}

/** The work that is done under one kind of lease. The lease is written first; the work follows it. */
export interface HeldWork {
  readonly kind: 'task' | 'phase';
  standing(resource: Resource, token: number): Promise<WorkStanding>;
  /** The token that it goes on under, as its own stream has it; null: nobody works on it. */
  claimedUnder(resource: Resource): Promise<number | null>;
  /** What is to be done instead of claiming it, while a claim would be refused for what it is; null: it can be claimed. */
  instead(resource: Resource): Promise<NextStep | null>;
  /**
   * The lease went and the work under it is not finished: it may be claimed again. Idempotent: what is finished, or goes
   * on under a newer token, stays as it is.
   */
  abandon(context: CommandContext, loss: Loss): Promise<void>;
}

/** Whatever work there is under the leases of every kind. */
export class WorkUnderLeases {
  constructor(@Inject(HELD_WORK) private readonly works: readonly HeldWork[]) {}

  async standing(resource: Resource, token: number): Promise<WorkStanding> {
    return (await this.#under(resource)?.standing(resource, token)) ?? 'none';
  }

  async claimedUnder(resource: Resource): Promise<number | null> {
    return (await this.#under(resource)?.claimedUnder(resource)) ?? null;
  }

  async instead(resource: Resource): Promise<NextStep | null> {
    return (await this.#under(resource)?.instead(resource)) ?? null;
  }

  /**
   * Tells the work that its lease is gone, after the lease's own event. A crash before it leaves work that claims a
   * token which is not in force: the sweep tells it then.
   */
  async abandon(context: CommandContext, loss: Loss): Promise<void> {
    await this.#under(loss.resource)?.abandon(context, loss);
  }

  #under({ kind }: Resource): HeldWork | undefined {
    return this.works.find((each) => each.kind === kind);
  }
}
