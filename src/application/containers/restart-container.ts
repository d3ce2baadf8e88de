import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { attemptRefusal, beginAttempt } from '../../domain/container/attempts.js';
import {
  container,
  containerStream,
  containerToken,
  isFinished,
  type ContainerState,
} from '../../domain/container/container.js';
import type { ContainerSnapshot } from '../../domain/container/events.js';
import type { ContainerRefusal } from '../../domain/container/refusals.js';
import type { LeaseRefusal } from '../../domain/lease/refusals.js';
import type { Answer } from '../answer.js';
import type { CommandContext } from '../command-context.js';
import { Decisions } from '../decide-and-append.js';
import type { Policy } from '../policy.js';
import type { Clock } from '../ports/clock.js';
import { CLOCK, POLICY } from '../ports/tokens.js';
import { ClaimShips } from './claim-ships.js';
import { ContainerEnds, shipOf } from './container-ends.js';
import { decideContainer } from './decide-container.js';
import type { ContainerStartedAnswer } from './start-container.js';

/**
 * The next attempt of the same container, under new tokens. The ships pass from one attempt to the next in one event
 * each, so nobody else can come between.
 */
export class RestartContainer extends Command<Answer<ContainerStartedAnswer | ContainerRefusal | LeaseRefusal>> {
  constructor(
    readonly context: CommandContext,
    readonly ask: {
      readonly containerId: string;
      /** The worker's proof of the attempt that ended; null when an operator asks. */
      readonly token: number | null;
      readonly immediately: boolean;
    },
  ) {
    super();
  }
}

@CommandHandler(RestartContainer)
export class RestartContainerHandler implements ICommandHandler<RestartContainer> {
  constructor(
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(ClaimShips) private readonly ships: ClaimShips,
    @Inject(ContainerEnds) private readonly ends: ContainerEnds,
    @Inject(POLICY) private readonly policy: Policy,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute({
    context,
    ask,
  }: RestartContainer): Promise<Answer<ContainerStartedAnswer | ContainerRefusal | LeaseRefusal>> {
    const { containerId, immediately } = ask;
    const done = await this.decisions.carriedOut(container, containerStream(containerId), context);
    if (done?.state) return { outcome: { type: 'Started', container: done.state }, position: done.position };
    const before = await this.decisions.load(container, containerStream(containerId));
    const ended = before.state;
    const refusal = this.#refusal(ask, ended);
    if (refusal || !ended) {
      return { outcome: refusal ?? { type: 'UnknownContainer', containerId }, position: before.position };
    }

    const holder = { kind: 'container', id: containerId, attempt: ended.attempt + 1 } as const;
    const claimed = await this.ships.claim(
      context,
      ended.ships.map((ship) => shipOf(ended, ship)),
      {
        holder,
        operation: ended.containerType,
        ttlMs: this.policy.shipTtlMs,
        adoptsObligations: true,
        continues: new Map(ended.leases.map(({ ship, token }) => [ship, { id: containerId, token }] as const)),
      },
    );
    if (claimed.type === 'Refused') return { outcome: claimed.refusal, position: before.position };

    const { leases } = claimed;
    const { outcome, state, position } = await decideContainer(this.decisions, context, containerId, (state, nowMs) =>
      beginAttempt({ containerId, leases, immediately, nowMs }, state),
    );
    if (outcome.type !== 'Changed' || !state) {
      // One that is stopping has a worker still: its ships wait for it, and are freed when it has stopped.
      if (state && isFinished(state)) await this.ships.rollBack(context, holder, claimed.taken);
      return { outcome: outcome as ContainerRefusal, position };
    }
    const lost = await this.ships.lost(leases.map(({ ship, token }) => ({ resource: shipOf(state, ship), token })));
    if (lost) {
      await this.ends.endFenced(context, containerId, lost);
      return { outcome: lost, position };
    }
    return { outcome: { type: 'Started', container: state }, position };
  }

  #refusal(
    { containerId, token, immediately }: RestartContainer['ask'],
    state: ContainerState,
  ): ContainerRefusal | undefined {
    if (!state || state.removed) return { type: 'UnknownContainer', containerId };
    if (token !== null && token !== containerToken(state)) return staleAttempt(state, token);
    return attemptRefusal(state, this.clock.nowMs(), immediately);
  }
}

function staleAttempt(state: ContainerSnapshot, token: number): ContainerRefusal {
  const { containerId, attempt } = state;
  return { type: 'StaleAttempt', containerId, token, currentToken: containerToken(state), attempt };
}
