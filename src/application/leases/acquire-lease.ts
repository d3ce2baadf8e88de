import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Granted } from '../../domain/lease/decision.js';
import { acquire, type Acquire } from '../../domain/lease/granting.js';
import type { LeaseRefusal } from '../../domain/lease/refusals.js';
import type { Answer } from '../answer.js';
import type { CommandContext } from '../command-context.js';
import { Decisions } from '../decide-and-append.js';
import type { Clock } from '../ports/clock.js';
import { CLOCK } from '../ports/tokens.js';
import { decideLease } from './decide-lease.js';
import { waitForHolder, type HolderWait } from './wait-for-holder.js';

/** For holders that are not containers: those get their leases when they are created. */
export class AcquireLease extends Command<Answer<Granted | LeaseRefusal>> {
  constructor(
    readonly context: CommandContext,
    readonly ask: Omit<Acquire, 'nowMs'>,
    /** Absent: a lease that another has is refused at once. */
    readonly wait?: HolderWait,
  ) {
    super();
  }
}

@CommandHandler(AcquireLease)
export class AcquireLeaseHandler implements ICommandHandler<AcquireLease> {
  constructor(
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  execute({ context, ask, wait }: AcquireLease): Promise<Answer<Granted | LeaseRefusal>> {
    return waitForHolder(this.clock, wait, () =>
      decideLease(this.decisions, context, ask.resource, (state, nowMs) => acquire({ ...ask, nowMs }, state)),
    );
  }
}
