import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { attemptRefusal, beginAttempt } from '../../domain/container/attempts.js';
import { container, containerStream, isFinished, isRunByDaemon } from '../../domain/container/container.js';
import { found } from '../../domain/container/decision.js';
import type { Crashes } from '../../domain/container/events.js';
import type { ContainerRefusal } from '../../domain/container/refusals.js';
import { shipResource } from '../../domain/lease/resource.js';
import type { Answer } from '../answer.js';
import type { CommandContext } from '../command-context.js';
import { Decisions } from '../decide-and-append.js';
import { ttlFor, type Policy } from '../policy.js';
import type { Clock } from '../ports/clock.js';
import { Clearance } from '../flights/clearance.js';
import { CLOCK, POLICY } from '../ports/tokens.js';
import { DaemonIdentity, nameFor } from '../runtime/daemon/daemon-identity.js';
import { ClaimShips } from './claim-ships.js';
import { ContainerEnds } from './container-ends.js';
import { decideContainer } from './decide-container.js';
import type { ContainerStartedAnswer, StartRefusal } from './start-container.js';

/**
 * The next attempt of the same container, under new tokens. The ships pass from one attempt to the next in one event
 * each, so nobody else can come between.
 */
export class RestartContainer extends Command<Answer<ContainerStartedAnswer | StartRefusal>> {
  constructor(
    readonly context: CommandContext,
    readonly ask: {
      readonly containerId: string;
      /** The worker's proof of the attempt that ended; null when an operator asks. */
      readonly token: number | null;
      readonly immediately: boolean;
      /** The system goes on with what lives; absent: one that has ended may be begun again too. */
      readonly onlyIfLive?: boolean;
      /** What speaks against the container from now on; absent: nothing. */
      readonly crashes?: Crashes | undefined;
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
    @Inject(DaemonIdentity) private readonly identity: DaemonIdentity,
    @Inject(Clearance) private readonly clearance: Pick<Clearance, 'forFlight'>,
  ) {}

  async execute({ context, ask }: RestartContainer): Promise<Answer<ContainerStartedAnswer | StartRefusal>> {
    const { containerId, token, immediately, onlyIfLive = false } = ask;
    // As it was when this was asked: an attempt is not left to nobody because the daemon shuts down meanwhile.
    const { name } = this.identity;
    const done = await this.decisions.leftBy(context, container, containerStream(containerId));
    if (done?.state) {
      const lost = await this.ends.endIfStillFenced(context, done.state);
      return { outcome: lost ?? { type: 'Started', container: done.state }, position: done.position };
    }
    const before = await this.decisions.current(container, containerStream(containerId));
    const { container: ended, refusal } = found({ containerId, token }, before.state);
    if (refusal) return { outcome: refusal, position: before.position };
    const notNow = attemptRefusal(ended, this.clock.nowMs(), immediately, onlyIfLive);
    if (notNow) return { outcome: notNow, position: before.position };
    // What the system goes on with was taken on already; the attempt says what stands in the way.
    const grounded = !onlyIfLive && isRunByDaemon(ended) ? await this.clearance.forFlight(ended) : undefined;
    if (grounded) return { outcome: grounded, position: before.position };

    const holder = { kind: 'container', id: containerId, attempt: ended.attempt + 1 } as const;
    const claimed = await this.ships.claim(
      context,
      ended.ships.map((ship) => shipResource(ended.player, ship)),
      {
        holder,
        operation: ended.containerType,
        ttlMs: ttlFor(ended, this.policy),
        adoptsObligations: true,
        continues: new Map(ended.leases.map(({ ship, token }) => [ship, { id: containerId, token }] as const)),
      },
    );
    if (claimed.type === 'Refused') return { outcome: claimed.refusal, position: before.position };

    const { leases } = claimed;
    const { outcome, state, position } = await decideContainer(this.decisions, context, containerId, (state, nowMs) =>
      beginAttempt({ ...ask, leases, daemon: nameFor({ name }, ended), nowMs }, state),
    );
    if (outcome.type !== 'Changed' || !state) {
      // One that is stopping has a worker still: its ships wait for it, and are freed when it has stopped.
      if (state && isFinished(state)) await this.ships.rollBack(context, holder, claimed.taken);
      return { outcome: outcome as ContainerRefusal, position };
    }
    const lost = await this.ends.endIfFenced(context, state);
    return { outcome: lost ?? { type: 'Started', container: state }, position };
  }
}
