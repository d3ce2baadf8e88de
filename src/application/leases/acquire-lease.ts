import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { acquire, type Acquire, type Granted } from '../../domain/lease/decisions.js';
import type { LeaseRefusal } from '../../domain/lease/refusals.js';
import type { Answer } from '../answer.js';
import type { CommandContext } from '../command-context.js';
import { Decisions } from '../decide-and-append.js';
import { decideLease } from './decide-lease.js';

/** For holders that are not containers: those get their leases when they are created. */
export class AcquireLease extends Command<Answer<Granted | LeaseRefusal>> {
  constructor(
    readonly context: CommandContext,
    readonly ask: Omit<Acquire, 'nowMs'>,
  ) {
    super();
  }
}

@CommandHandler(AcquireLease)
export class AcquireLeaseHandler implements ICommandHandler<AcquireLease> {
  constructor(@Inject(Decisions) private readonly decisions: Decisions) {}

  execute({ context, ask }: AcquireLease): Promise<Answer<Granted | LeaseRefusal>> {
    return decideLease(this.decisions, context, ask.resource, (state, nowMs) => acquire({ ...ask, nowMs }, state));
  }
}
