import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Granted } from '../../domain/lease/decision.js';
import { handOver, type HandOver } from '../../domain/lease/handing-over.js';
import { lease, type LeaseState } from '../../domain/lease/lease.js';
import type { LeaseRefusal } from '../../domain/lease/refusals.js';
import { leaseStream } from '../../domain/lease/resource.js';
import type { Answer } from '../answer.js';
import type { CommandContext } from '../command-context.js';
import { ContainerEnds } from '../containers/container-ends.js';
import { Decisions } from '../decide-and-append.js';
import { decideLease } from './decide-lease.js';
import { WorkUnderLeases } from './held-work.js';

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
    @Inject(WorkUnderLeases) private readonly work: WorkUnderLeases,
  ) {}

  async execute({ context, ask }: HandOverLease): Promise<Answer<Granted | LeaseRefusal>> {
    const { resource, from, to, reason, by } = ask;
    const stream = leaseStream(resource);
    const decide = (state: LeaseState, nowMs: number) => handOver({ ...ask, nowMs }, state);
    const { hold } = (await this.decisions.current(lease, stream)).state;
    if (hold?.holder.kind === 'container' && hold.token === from.token) {
      // A hand-over that is going to be refused, or was made already, ends nobody.
      const { events } = await this.decisions.foresee({ aggregate: lease, stream, decide });
      if (events.length > 0) {
        await this.ends.endLoser(context, { resource, ...hold }, `${reason} (to ${to.id})`, 'handed_over', by);
      }
    }
    const answer = await decideLease(this.decisions, context, resource, decide);
    if (answer.outcome.type === 'Granted') {
      const detail = `${reason} (to ${to.id})`;
      await this.work.abandon(context, { resource, token: from.token, reason: 'handed_over', detail });
    }
    return answer;
  }
}
