import { Inject } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { phaseResource } from '../../domain/flow/flow.js';
import type { Freed } from '../../domain/lease/decisions.js';
import type { ReleaseReason } from '../../domain/lease/reasons.js';
import type { LeaseRefusal } from '../../domain/lease/refusals.js';
import type { Answer } from '../answer.js';
import type { CommandContext } from '../command-context.js';
import { ReleaseLease } from '../leases/release-lease.js';
import type { RunAsk } from './in-force.js';

export interface NothingHeld {
  readonly type: 'NothingHeld';
}

type ReleaseAnswer = Answer<Freed | NothingHeld | LeaseRefusal>;

/** Abandons a phase: it may be claimed again. What nobody ever held is given back without an error, too. */
export class ReleasePhase extends Command<ReleaseAnswer> {
  constructor(
    readonly context: CommandContext,
    readonly ask: RunAsk & { readonly reason: ReleaseReason; readonly detail: string },
  ) {
    super();
  }
}

@CommandHandler(ReleasePhase)
export class ReleasePhaseHandler implements ICommandHandler<ReleasePhase> {
  constructor(@Inject(CommandBus) private readonly commands: CommandBus) {}

  async execute({ context, ask }: ReleasePhase): Promise<ReleaseAnswer> {
    const { flowId, phase, token, reason, detail } = ask;
    const resource = phaseResource(flowId, phase);
    const { outcome, position } = await this.commands.execute(
      new ReleaseLease(context, { resource, holder: null, token, reason, detail, by: null }),
    );
    return { outcome: outcome.type === 'NeverHeld' ? { type: 'NothingHeld' } : outcome, position };
  }
}
