import type { FlowSnapshot, PhaseSnapshot } from '../../domain/flow/events.js';
import { phaseNamed, type FlowState } from '../../domain/flow/flow.js';
import { isFlowRefusal, type FlowRefusal } from '../../domain/flow/refusals.js';
import type { Changed } from '../../domain/kernel/decider.js';
import type { Answer } from '../answer.js';

export interface FlowAnswered {
  readonly type: 'FlowChanged';
  readonly flow: FlowSnapshot;
  readonly already: boolean;
}

export interface PhaseAnswered {
  readonly type: 'PhaseChanged';
  readonly flow: FlowSnapshot;
  readonly phase: PhaseSnapshot;
  /** True when nothing had to be written. */
  readonly already: boolean;
}

interface DecidedFlow<Outcome> {
  readonly outcome: Outcome;
  readonly state: FlowState;
  readonly position: bigint;
}

/** The reply of a decision on a flow as a whole. */
export function flowAnswer({
  outcome,
  state,
  position,
}: DecidedFlow<{ readonly type: string; readonly already: boolean } | FlowRefusal>): Answer<
  FlowAnswered | FlowRefusal
> {
  if (isFlowRefusal(outcome)) return { outcome, position };
  return { outcome: { type: 'FlowChanged', flow: known(state), already: outcome.already }, position };
}

/** The reply of a decision on one of its phases. */
export function phaseAnswer(
  name: string,
  { outcome, state, position }: DecidedFlow<Changed | FlowRefusal>,
): Answer<PhaseAnswered | FlowRefusal> {
  if (isFlowRefusal(outcome)) return { outcome, position };
  const flow = known(state);
  return { outcome: { type: 'PhaseChanged', flow, phase: phaseIn(flow, name), already: outcome.already }, position };
}

export function known(state: FlowState): FlowSnapshot {
  if (!state) throw new Error('what has changed exists');
  return state;
}

export function phaseIn(flow: FlowSnapshot, name: string): PhaseSnapshot {
  const phase = phaseNamed(flow, name);
  if (!phase) throw new Error('what has changed exists');
  return phase;
}
