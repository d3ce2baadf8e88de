import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { phaseResource } from '../../domain/flow/flow.js';
import type { FlowRefusal } from '../../domain/flow/refusals.js';
import { report, type Progress } from '../../domain/flow/work.js';
import { tokenRefusal } from '../../domain/lease/effects.js';
import { lease } from '../../domain/lease/lease.js';
import type { LeaseRefusal } from '../../domain/lease/refusals.js';
import { leaseStream } from '../../domain/lease/resource.js';
import type { Answer } from '../answer.js';
import type { CommandContext } from '../command-context.js';
import { Decisions } from '../decide-and-append.js';
import { HeardHeartbeats, heartbeatSubject } from '../liveness/heard-heartbeats.js';
import { decideFlow } from './decide-flow.js';
import { phaseAnswer, type PhaseAnswered } from './flow-answer.js';

/** A milestone of the work, kept in the log. It renews the lease as well: whoever reports is alive. */
export class ReportPhase extends Command<Answer<PhaseAnswered | FlowRefusal | LeaseRefusal>> {
  constructor(
    readonly context: CommandContext,
    readonly ask: Omit<Progress, 'nowMs'>,
  ) {
    super();
  }
}

@CommandHandler(ReportPhase)
export class ReportPhaseHandler implements ICommandHandler<ReportPhase> {
  constructor(
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(HeardHeartbeats) private readonly heard: HeardHeartbeats,
  ) {}

  async execute({ context, ask }: ReportPhase): Promise<Answer<PhaseAnswered | FlowRefusal | LeaseRefusal>> {
    const { flowId, phase, token } = ask;
    const resource = phaseResource(flowId, phase);
    const { state: held, position } = await this.decisions.current(lease, leaseStream(resource));
    const lost = tokenRefusal({ resource, token }, held);
    if (lost || !held.hold) return { outcome: lost ?? { type: 'NeverHeld', resource }, position };
    const reported = phaseAnswer(
      phase,
      await decideFlow(this.decisions, context, flowId, (state, nowMs) => report({ ...ask, nowMs }, state)),
    );
    if (reported.outcome.type === 'PhaseChanged') {
      const { holder, ttlMs } = held.hold;
      const renewing = { subject: heartbeatSubject(resource, holder), attempt: holder.attempt, ttlMs };
      this.heard.renew(renewing, { token, cursor: ask.progress, quietForMs: 0 });
    }
    return reported;
  }
}
