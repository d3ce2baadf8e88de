import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { declare, type Declare } from '../../domain/flow/lifecycle.js';
import type { FlowRefusal } from '../../domain/flow/refusals.js';
import type { Answer } from '../answer.js';
import type { CommandContext } from '../command-context.js';
import { Decisions } from '../decide-and-append.js';
import { decideFlow } from './decide-flow.js';
import { flowAnswer, type FlowAnswered } from './flow-answer.js';

/** The same flow with the same phases may be declared again; nothing changes then. */
export class DeclareFlow extends Command<Answer<FlowAnswered | FlowRefusal>> {
  constructor(
    readonly context: CommandContext,
    readonly ask: Omit<Declare, 'nowMs'>,
  ) {
    super();
  }
}

@CommandHandler(DeclareFlow)
export class DeclareFlowHandler implements ICommandHandler<DeclareFlow> {
  constructor(@Inject(Decisions) private readonly decisions: Decisions) {}

  async execute({ context, ask }: DeclareFlow): Promise<Answer<FlowAnswered | FlowRefusal>> {
    return flowAnswer(
      await decideFlow(this.decisions, context, ask.flowId, (state, nowMs) => declare({ ...ask, nowMs }, state)),
    );
  }
}
