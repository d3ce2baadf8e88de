import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Freed } from '../../domain/lease/decision.js';
import { release, type Release } from '../../domain/lease/releasing.js';
import { lease, type LeaseState } from '../../domain/lease/lease.js';
import type { LeaseRefusal } from '../../domain/lease/refusals.js';
import { leaseStream } from '../../domain/lease/resource.js';
import type { Answer } from '../answer.js';
import type { CommandContext } from '../command-context.js';
import { ContainerEnds } from '../containers/container-ends.js';
import { Decisions } from '../decide-and-append.js';
import { WorkLocks } from './work-locks.js';

/** Gives a lease back. Where a container holds it, the container ends with it: none may run on without its lease. */
export class ReleaseLease extends Command<Answer<Freed | LeaseRefusal>> {
  constructor(
    readonly context: CommandContext,
    readonly ask: Omit<Release, 'nowMs'>,
  ) {
    super();
  }
}

@CommandHandler(ReleaseLease)
export class ReleaseLeaseHandler implements ICommandHandler<ReleaseLease> {
  constructor(
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(ContainerEnds) private readonly ends: ContainerEnds,
    @Inject(WorkLocks) private readonly locks: WorkLocks,
  ) {}

  async execute({ context, ask }: ReleaseLease): Promise<Answer<Freed | LeaseRefusal>> {
    const { resource, token, reason, detail } = ask;
    const stream = leaseStream(resource);
    const decide = (state: LeaseState, nowMs: number) => release({ ...ask, nowMs }, state);
    let { hold } = (await this.decisions.lastSeen(lease, stream)).state;
    if (hold?.token !== token) ({ hold } = (await this.decisions.current(lease, stream)).state);
    if (hold?.token === token && hold.holder.kind === 'container') {
      // A release that is going to be refused ends nobody.
      const { events } = await this.decisions.foresee({ aggregate: lease, stream, decide });
      const by = ask.by ?? { kind: 'holder', id: hold.holder.id };
      if (events.length > 0) {
        await this.ends.endLoser(context, { resource, ...hold }, detail || reason, reason, by);
      }
    }
    return this.locks.abandon(context, ask);
  }
}
