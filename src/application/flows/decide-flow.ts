import type { FlowEvent } from '../../domain/flow/events.js';
import { flow, flowStream, type FlowState } from '../../domain/flow/flow.js';
import type { Decision } from '../../domain/kernel/decider.js';
import type { CommandContext } from '../command-context.js';
import type { Decided, Decisions } from '../decide-and-append.js';

/** One run of a phase, as its holder names it. */
export interface PhaseRun {
  readonly flowId: string;
  readonly phase: string;
  readonly token: number;
}

/** One decision on one flow's own stream. */
export function decideFlow<Outcome>(
  decisions: Decisions,
  context: CommandContext,
  flowId: string,
  decide: (state: FlowState, nowMs: number) => Decision<Outcome, FlowEvent>,
): Promise<Decided<Outcome, FlowState>> {
  return decisions.decide({ aggregate: flow, stream: flowStream(flowId), context, decide });
}
