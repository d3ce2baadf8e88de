import { Inject } from '@nestjs/common';
import type { ReleaseReason } from '../../domain/lease/reasons.js';
import type { Resource } from '../../domain/lease/resource.js';
import type { CommandContext } from '../command-context.js';
import type { NextStep } from '../custody/next-steps.js';
import { HELD_WORK } from '../ports/tokens.js';

/**
 * How the work under a lease stands to one of its tokens, as the work's own stream has it:
 * - `none`: there is no such work; the lease is a plain lock.
 * - `half-made`: the work exists and has not adopted this token.
 * - `claimed`: it goes on under this token.
 * - `finished`: it was finished under this token, or needs nobody any more.
 * - `given-up`: its run under this token is over, and it was not finished: it failed, or was cancelled.
 * - `superseded`: a newer token was adopted since.
 */
export type WorkStanding = 'none' | 'half-made' | 'claimed' | 'finished' | 'given-up' | 'superseded';

/** The work that is done under one kind of lease. The lease is written first; the work follows it. */
export interface HeldWork {
  readonly kind: 'task' | 'phase';
  standing(resource: Resource, token: number): Promise<WorkStanding>;
  /** The token that it goes on under, as its own stream has it; null: nobody works on it. */
  claimedUnder(resource: Resource): Promise<number | null>;
  /** What is to be done instead of claiming it, while a claim would be refused for what it is; null: it can be claimed. */
  instead(resource: Resource): Promise<NextStep | null>;
  /**
   * The lease went and the work under it is not finished: it may be claimed again. Idempotent: what is finished,
   * superseded or was never claimed under this token stays as it is.
   */
  lost(
    context: CommandContext,
    resource: Resource,
    token: number,
    reason: ReleaseReason,
    detail: string,
  ): Promise<void>;
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
  async lost(
    context: CommandContext,
    resource: Resource,
    token: number,
    reason: ReleaseReason,
    detail: string,
  ): Promise<void> {
    const work = this.#under(resource);
    if (!work || (await work.claimedUnder(resource)) !== token) return;
    await work.lost(context, resource, token, reason, detail);
  }

  #under({ kind }: Resource): HeldWork | undefined {
    return this.works.find((each) => each.kind === kind);
  }
}
