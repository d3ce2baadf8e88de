import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { container, containerStream, containerToken, isFinished } from '../../domain/container/container.js';
import type { ContainerSnapshot } from '../../domain/container/events.js';
import type { ContainerRefusal } from '../../domain/container/refusals.js';
import type { Json } from '../../domain/kernel/json.js';
import { ownerRefusal } from '../../domain/lease/effects.js';
import type { Hold } from '../../domain/lease/events.js';
import { lease } from '../../domain/lease/lease.js';
import type { LeaseRefusal } from '../../domain/lease/refusals.js';
import { leaseStream, type Resource } from '../../domain/lease/resource.js';
import type { Answer } from '../answer.js';
import { Decisions } from '../decide-and-append.js';
import type { Beat } from '../ports/heartbeats.js';
import { SignsOfLife } from './signs-of-life.js';

interface Alive {
  readonly token: number;
  readonly cursor: Json;
  readonly quietForMs: number;
}

export interface ContainerHeard {
  readonly type: 'Heard';
  readonly container: ContainerSnapshot;
  /** Null where the container has ended: a late beat is taken note of by nobody. */
  readonly beat: Beat | null;
}

/** A worker's sign of life for its container and all its ships. Writes nothing to the log. */
export class KeepContainerAlive extends Command<Answer<ContainerHeard | ContainerRefusal>> {
  constructor(
    readonly containerId: string,
    readonly sign: Alive,
  ) {
    super();
  }
}

@CommandHandler(KeepContainerAlive)
export class KeepContainerAliveHandler implements ICommandHandler<KeepContainerAlive> {
  constructor(
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(SignsOfLife) private readonly signs: SignsOfLife,
  ) {}

  async execute({ containerId, sign }: KeepContainerAlive): Promise<Answer<ContainerHeard | ContainerRefusal>> {
    const subject = containerStream(containerId);
    const { state, position } = await this.decisions.current(container, subject);
    if (!state || state.removed) return { outcome: { type: 'UnknownContainer', containerId }, position };
    const { attempt } = state;
    const currentToken = containerToken(state);
    if (sign.token !== currentToken) {
      return { outcome: { type: 'StaleAttempt', containerId, token: sign.token, currentToken, attempt }, position };
    }
    const beat =
      isFinished(state) || state.status === 'INTERRUPTED' ? null : this.signs.note({ subject, attempt, ...sign });
    return { outcome: { type: 'Heard', container: state, beat }, position };
  }
}

export interface LeaseRenewed {
  readonly type: 'Renewed';
  readonly hold: Hold;
  readonly beat: Beat;
}

/** The same for a holder that is not a container. */
export class RenewLease extends Command<Answer<LeaseRenewed | LeaseRefusal>> {
  constructor(
    readonly resource: Resource,
    readonly sign: Alive,
  ) {
    super();
  }
}

@CommandHandler(RenewLease)
export class RenewLeaseHandler implements ICommandHandler<RenewLease> {
  constructor(
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(SignsOfLife) private readonly signs: SignsOfLife,
  ) {}

  async execute({ resource, sign }: RenewLease): Promise<Answer<LeaseRenewed | LeaseRefusal>> {
    const own = leaseStream(resource);
    const { state, position } = await this.decisions.current(lease, own);
    const refusal = ownerRefusal({ resource, token: sign.token, nowMs: 0 }, state);
    if (refusal || !state.hold) return { outcome: refusal ?? { type: 'NeverHeld', resource }, position };
    const { holder } = state.hold;
    const subject = subjectOf(resource, holder);
    const beat = this.signs.note({ subject, attempt: holder.attempt, ...sign });
    return { outcome: { type: 'Renewed', hold: state.hold, beat }, position };
  }
}

/** Where the signs of life of a holder are kept: a container beats once for all its ships. */
export function subjectOf(resource: Resource, holder: { readonly kind: string; readonly id: string }): string {
  return holder.kind === 'container' ? containerStream(holder.id) : leaseStream(resource);
}
