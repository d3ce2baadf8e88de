import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { phaseResource } from '../../domain/flow/flow.js';
import type { Freed } from '../../domain/lease/decision.js';
import type { ReleaseReason } from '../../domain/lease/reasons.js';
import type { LeaseRefusal } from '../../domain/lease/refusals.js';
import type { Answer } from '../answer.js';
import type { CommandContext } from '../command-context.js';
import { WorkLocks } from '../leases/work-locks.js';
import type { PhaseRun } from './decide-flow.js';

export interface NothingHeld {
  readonly type: 'NothingHeld';
}

type AbandonAnswer = Answer<Freed | NothingHeld | LeaseRefusal>;

/** The phase may be claimed again at once. What nobody ever held is abandoned without an error, too. */
export class AbandonPhase extends Command<AbandonAnswer> {
  constructor(
    readonly context: CommandContext,
    readonly ask: PhaseRun & { readonly reason: ReleaseReason; readonly detail: string },
  ) {
    super();
  }
}

@CommandHandler(AbandonPhase)
export class AbandonPhaseHandler implements ICommandHandler<AbandonPhase> {
  constructor(@Inject(WorkLocks) private readonly locks: WorkLocks) {}

  async execute({ context, ask: { flowId, phase, ...ask } }: AbandonPhase): Promise<AbandonAnswer> {
    const resource = phaseResource(flowId, phase);
    const { outcome, position } = await this.locks.abandon(context, { ...ask, resource, holder: null, by: null });
    return { outcome: outcome.type === 'NeverHeld' ? { type: 'NothingHeld' } : outcome, position };
  }
}
