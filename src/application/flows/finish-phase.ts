import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { FlowDecision } from '../../domain/flow/decision.js';
import { shortened } from '../../domain/kernel/text.js';
import { flow, flowStream, phaseResource, type FlowState } from '../../domain/flow/flow.js';
import { isFlowRefusal, type FlowRefusal } from '../../domain/flow/refusals.js';
import { complete, fail, type Complete, type Fail } from '../../domain/flow/work.js';
import type { ReleaseReason } from '../../domain/lease/reasons.js';
import type { LeaseRefusal } from '../../domain/lease/refusals.js';
import { later, type Answer } from '../answer.js';
import type { CommandContext } from '../command-context.js';
import { Decisions } from '../decide-and-append.js';
import { mostOfDetail, WorkLocks } from '../leases/work-locks.js';
import { decideFlow, type PhaseRun } from './decide-flow.js';
import { phaseAnswer, type PhaseAnswered } from './flow-answer.js';
import { TellPhaseLocks } from './tell-phase-locks.js';

type FinishAnswer = Answer<PhaseAnswered | FlowRefusal | LeaseRefusal>;

/** The phase is done, with its result; the flow is at its next one. */
export class CompletePhase extends Command<FinishAnswer> {
  constructor(
    readonly context: CommandContext,
    readonly ask: Omit<Complete, 'nowMs'>,
  ) {
    super();
  }
}

/** The attempt failed: its lease is freed, and the phase may be claimed again unless the whole flow has failed. */
export class FailPhase extends Command<FinishAnswer> {
  constructor(
    readonly context: CommandContext,
    readonly ask: Omit<Fail, 'nowMs'>,
  ) {
    super();
  }
}

interface Ending {
  readonly reason: ReleaseReason;
  readonly detail: string;
  readonly decide: (state: FlowState, nowMs: number) => FlowDecision;
}

/**
 * The end of a phase's run: the flow says it first, and only one end of a run can be said; then the lease is freed. A
 * crash between the two leaves a lease whose work is finished, which the sweep frees.
 */
export class PhaseEnds {
  constructor(
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(WorkLocks) private readonly locks: WorkLocks,
    @Inject(TellPhaseLocks) private readonly tell: TellPhaseLocks,
  ) {}

  async end(context: CommandContext, ask: PhaseRun, { decide, reason, detail }: Ending): Promise<FinishAnswer> {
    const { flowId, phase, token } = ask;
    const under = { resource: phaseResource(flowId, phase), token };
    const [seen, lost] = await Promise.all([
      this.decisions.current(flow, flowStream(flowId)),
      this.locks.refusalOf(under),
    ]);
    const foreseen = decide(seen.state, 0).outcome;
    if (foreseen.type === 'UnknownFlow' || foreseen.type === 'UnknownPhase') return { ...seen, outcome: foreseen };
    const ended = foreseen.type === 'Changed' && foreseen.already;
    if (lost && !ended) return { outcome: lost, position: seen.position };

    const decided = await decideFlow(this.decisions, context, flowId, decide);
    const answer = phaseAnswer(phase, decided);
    if (isFlowRefusal(answer.outcome)) return answer;
    const { outcome, position } = await this.locks.release(context, under, { reason, detail });
    if (outcome.type === 'Freed' && !outcome.already) {
      const { freedAtMs } = outcome.past;
      this.tell.released(ask, freedAtMs - (answer.outcome.phase.startedAtMs ?? freedAtMs), reason);
    }
    return { ...answer, position: later(answer.position, position) };
  }
}

@CommandHandler(CompletePhase)
export class CompletePhaseHandler implements ICommandHandler<CompletePhase> {
  constructor(@Inject(PhaseEnds) private readonly ends: PhaseEnds) {}

  execute({ context, ask }: CompletePhase): Promise<FinishAnswer> {
    return this.ends.end(context, ask, {
      reason: 'completed',
      detail: '',
      decide: (state, nowMs) => complete({ ...ask, nowMs }, state),
    });
  }
}

@CommandHandler(FailPhase)
export class FailPhaseHandler implements ICommandHandler<FailPhase> {
  constructor(@Inject(PhaseEnds) private readonly ends: PhaseEnds) {}

  execute({ context, ask }: FailPhase): Promise<FinishAnswer> {
    return this.ends.end(context, ask, {
      reason: 'failed',
      detail: shortened(ask.error, mostOfDetail),
      decide: (state, nowMs) => fail({ ...ask, nowMs }, state),
    });
  }
}
