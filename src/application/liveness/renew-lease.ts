import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { tokenRefusal } from '../../domain/lease/effects.js';
import type { Hold } from '../../domain/lease/events.js';
import { lease } from '../../domain/lease/lease.js';
import type { LeaseRefusal } from '../../domain/lease/refusals.js';
import { leaseStream, type Resource } from '../../domain/lease/resource.js';
import type { Answer } from '../answer.js';
import { Decisions } from '../decide-and-append.js';
import type { Heartbeat } from '../ports/heartbeats.js';
import { HeardHeartbeats, heartbeatSubject, type Renewal } from './heard-heartbeats.js';

export interface LeaseRenewed {
  readonly type: 'Renewed';
  readonly hold: Hold;
  readonly heartbeat: Heartbeat;
}

/** The renewal of one lease by its holder. Writes nothing to the log. */
export class RenewLease extends Command<Answer<LeaseRenewed | LeaseRefusal>> {
  constructor(
    readonly resource: Resource,
    readonly renewal: Renewal,
  ) {
    super();
  }
}

@CommandHandler(RenewLease)
export class RenewLeaseHandler implements ICommandHandler<RenewLease> {
  constructor(
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(HeardHeartbeats) private readonly heard: HeardHeartbeats,
  ) {}

  async execute({ resource, renewal }: RenewLease): Promise<Answer<LeaseRenewed | LeaseRefusal>> {
    const { state, position } = await this.decisions.current(lease, leaseStream(resource));
    const refusal = tokenRefusal({ resource, token: renewal.token }, state);
    if (refusal || !state.hold) return { outcome: refusal ?? { type: 'NeverHeld', resource }, position };
    const { hold } = state;
    const { holder } = hold;
    const subject = heartbeatSubject(resource, holder);
    const heartbeat = this.heard.renew({ subject, attempt: holder.attempt, ttlMs: hold.ttlMs }, renewal);
    return { outcome: { type: 'Renewed', hold, heartbeat }, position };
  }
}
