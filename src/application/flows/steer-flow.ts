import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { phaseResource } from '../../domain/flow/flow.js';
import { cancel, continueFlow, pause, type Steer } from '../../domain/flow/lifecycle.js';
import type { FlowRefusal } from '../../domain/flow/refusals.js';
import { release } from '../../domain/lease/releasing.js';
import { later, type Answer } from '../answer.js';
import type { CommandContext } from '../command-context.js';
import { Decisions } from '../decide-and-append.js';
import { decideLease } from '../leases/decide-lease.js';
import { decideFlow } from './decide-flow.js';
import { flowAnswer, type FlowAnswered } from './flow-answer.js';
import { TellPhaseLocks } from './tell-phase-locks.js';

type Steering = Answer<FlowAnswered | FlowRefusal>;

abstract class SteerFlow extends Command<Steering> {
  constructor(
    readonly context: CommandContext,
    readonly ask: Omit<Steer, 'nowMs'>,
  ) {
    super();
  }
}

/** What runs may end; nothing new begins. */
export class PauseFlow extends SteerFlow {}

/** A paused or failed flow goes on. Starts nothing by itself: phases are claimed. */
export class ContinueFlow extends SteerFlow {}

/** For good. Whoever runs a phase is fenced, and its lease is freed. */
export class CancelFlow extends SteerFlow {}

@CommandHandler(PauseFlow)
export class PauseFlowHandler implements ICommandHandler<PauseFlow> {
  constructor(@Inject(Decisions) private readonly decisions: Decisions) {}

  async execute({ context, ask }: PauseFlow): Promise<Steering> {
    return flowAnswer(
      await decideFlow(this.decisions, context, ask.flowId, (state, nowMs) => pause({ ...ask, nowMs }, state)),
    );
  }
}

@CommandHandler(ContinueFlow)
export class ContinueFlowHandler implements ICommandHandler<ContinueFlow> {
  constructor(@Inject(Decisions) private readonly decisions: Decisions) {}

  async execute({ context, ask }: ContinueFlow): Promise<Steering> {
    return flowAnswer(
      await decideFlow(this.decisions, context, ask.flowId, (state, nowMs) => continueFlow({ ...ask, nowMs }, state)),
    );
  }
}

@CommandHandler(CancelFlow)
export class CancelFlowHandler implements ICommandHandler<CancelFlow> {
  constructor(
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(TellPhaseLocks) private readonly tell: TellPhaseLocks,
  ) {}

  async execute({ context, ask }: CancelFlow): Promise<Steering> {
    const cancelled = await decideFlow(this.decisions, context, ask.flowId, (state, nowMs) =>
      cancel({ ...ask, nowMs }, state),
    );
    const answer = flowAnswer(cancelled);
    const cut = cancelled.state?.phases.find(({ status }) => status === 'cancelled');
    if (!cut) return answer;
    const { flowId, reason: detail, by } = ask;
    const resource = phaseResource(flowId, cut.name);
    const { token } = cut;
    const { outcome, position } = await decideLease(this.decisions, context, resource, (state, nowMs) =>
      release({ resource, holder: null, token, reason: 'cancelled', detail, by, nowMs }, state),
    );
    if (outcome.type === 'Freed' && !outcome.already) {
      const heldMs = outcome.past.freedAtMs - (cut.startedAtMs ?? outcome.past.freedAtMs);
      this.tell.released({ flowId, phase: cut.name, token }, heldMs, 'cancelled');
    }
    return { ...answer, position: later(answer.position, position) };
  }
}
