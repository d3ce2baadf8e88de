import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { handOver, type Granted, type HandOver } from '../../domain/lease/decisions.js';
import { lease } from '../../domain/lease/lease.js';
import type { LeaseRefusal } from '../../domain/lease/refusals.js';
import { leaseStream } from '../../domain/lease/resource.js';
import type { Answer } from '../answer.js';
import type { CommandContext } from '../command-context.js';
import { ContainerEnds } from '../containers/container-ends.js';
import { Decisions } from '../decide-and-append.js';
import { decideLease } from './decide-lease.js';

/** Passes a lease to a named successor in one event. A container that gives its ship away ends. */
export class HandOverLease extends Command<Answer<Granted | LeaseRefusal>> {
  constructor(
    readonly context: CommandContext,
    readonly ask: Omit<HandOver, 'nowMs'>,
  ) {
    super();
  }
}

@CommandHandler(HandOverLease)
export class HandOverLeaseHandler implements ICommandHandler<HandOverLease> {
  constructor(
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(ContainerEnds) private readonly ends: ContainerEnds,
  ) {}

  async execute({ context, ask }: HandOverLease): Promise<Answer<Granted | LeaseRefusal>> {
    const { resource, from, to, reason, by } = ask;
    const { state } = await this.decisions.load(lease, leaseStream(resource));
    if (state.hold?.holder.id === from.id && state.hold.token === from.token) {
      await this.ends.endLoser(context, { resource, ...state.hold }, `${reason} (to ${to.id})`, 'handed_over', by);
    }
    return decideLease(this.decisions, context, resource, (state, nowMs) => handOver({ ...ask, nowMs }, state));
  }
}
