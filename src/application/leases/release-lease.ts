import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { release, type Freed, type Release } from '../../domain/lease/decisions.js';
import type { LeaseRefusal } from '../../domain/lease/refusals.js';
import type { Answer } from '../answer.js';
import type { CommandContext } from '../command-context.js';
import { ContainerEnds } from '../containers/container-ends.js';
import { Decisions } from '../decide-and-append.js';
import { decideLease } from './decide-lease.js';

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
  ) {}

  async execute({ context, ask }: ReleaseLease): Promise<Answer<Freed | LeaseRefusal>> {
    const { detail, reason, by } = ask;
    await this.ends.endLoser(context, ask, detail || reason, reason, by);
    return decideLease(this.decisions, context, ask.resource, (state, nowMs) => release({ ...ask, nowMs }, state));
  }
}
