import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { releaseDead, type DeadProcess } from '../../domain/lease/dead-process.js';
import type { Freed } from '../../domain/lease/decision.js';
import type { LeaseRefusal } from '../../domain/lease/refusals.js';
import type { Answer } from '../answer.js';
import type { CommandContext } from '../command-context.js';
import { Decisions } from '../decide-and-append.js';
import type { Processes } from '../ports/processes.js';
import { PROCESSES } from '../ports/tokens.js';
import { decideLease } from './decide-lease.js';
import { WorkUnderLeases } from './held-work.js';

/** Somebody who can see it reports that the process of a holder is gone. Where it is seen alive, it is not believed. */
export class ReleaseDeadProcess extends Command<Answer<Freed | LeaseRefusal>> {
  constructor(
    readonly context: CommandContext,
    readonly ask: Omit<DeadProcess, 'nowMs' | 'here'>,
  ) {
    super();
  }
}

@CommandHandler(ReleaseDeadProcess)
export class ReleaseDeadProcessHandler implements ICommandHandler<ReleaseDeadProcess> {
  constructor(
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(WorkUnderLeases) private readonly work: WorkUnderLeases,
    @Inject(PROCESSES) private readonly processes: Processes,
  ) {}

  async execute({ context, ask }: ReleaseDeadProcess): Promise<Answer<Freed | LeaseRefusal>> {
    const { resource } = ask;
    const here = this.processes.look(ask.process);
    const answer = await decideLease(this.decisions, context, resource, (state, nowMs) =>
      releaseDead({ ...ask, here, nowMs }, state),
    );
    const { outcome } = answer;
    if (outcome.type === 'Freed') await this.work.abandon(context, { resource, ...outcome.past });
    return answer;
  }
}
