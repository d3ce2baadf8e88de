import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { container, containerStream, isFinished } from '../../domain/container/container.js';
import { found } from '../../domain/container/decision.js';
import type { ContainerSnapshot } from '../../domain/container/events.js';
import type { ContainerRefusal } from '../../domain/container/refusals.js';
import type { Answer } from '../answer.js';
import { Decisions } from '../decide-and-append.js';
import { ttlFor, type Policy } from '../policy.js';
import type { Heartbeat } from '../ports/heartbeats.js';
import { POLICY } from '../ports/tokens.js';
import { HeardHeartbeats, type Renewal } from './heard-heartbeats.js';

export interface ContainerRenewed {
  readonly type: 'Renewed';
  readonly container: ContainerSnapshot;
  /** Null where the container has ended: a late renewal leaves none. */
  readonly heartbeat: Heartbeat | null;
}

/** A worker's renewal of all the leases of its container. Writes nothing to the log. */
export class RenewContainer extends Command<Answer<ContainerRenewed | ContainerRefusal>> {
  constructor(
    readonly containerId: string,
    readonly renewal: Renewal,
  ) {
    super();
  }
}

@CommandHandler(RenewContainer)
export class RenewContainerHandler implements ICommandHandler<RenewContainer> {
  constructor(
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(HeardHeartbeats) private readonly heard: HeardHeartbeats,
    @Inject(POLICY) private readonly policy: Policy,
  ) {}

  async execute({ containerId, renewal }: RenewContainer): Promise<Answer<ContainerRenewed | ContainerRefusal>> {
    const subject = containerStream(containerId);
    const { state, position } = await this.decisions.current(container, subject);
    const { container: renewed, refusal } = found({ containerId, token: renewal.token }, state);
    if (refusal) return { outcome: refusal, position };
    const { attempt, status } = renewed;
    const hasEnded = isFinished(renewed) || status === 'INTERRUPTED';
    const ttlMs = ttlFor(renewed, this.policy);
    const heartbeat = hasEnded ? null : this.heard.renew({ subject, attempt, ttlMs }, renewal);
    return { outcome: { type: 'Renewed', container: renewed, heartbeat }, position };
  }
}
