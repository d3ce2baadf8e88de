import { decided, type Changed, type Decision } from '../kernel/decider.js';
import type { FlowState } from './flow.js';
import { phaseNamed } from './flow.js';
import type { FlowEvent, FlowSnapshot, PhaseSnapshot } from './events.js';
import type { FlowRefusal } from './refusals.js';

export type FlowDecision = Decision<Changed | FlowRefusal, FlowEvent>;

export const unchanged: FlowDecision = decided({ type: 'Changed', already: true });

export function changedBy(...events: readonly FlowEvent[]): FlowDecision {
  return decided({ type: 'Changed', already: false }, ...events);
}

export interface Asked {
  readonly flowId: string;
  readonly nowMs: number;
}

export interface PhaseAsked extends Asked {
  readonly phase: string;
}

/** The holder's write: refused unless it proves the run in force. */
export interface HolderAsked extends PhaseAsked {
  readonly token: number;
}

/** The flow, or the refusal that there is none. */
export function existing<Outcome>(
  { flowId }: Pick<Asked, 'flowId'>,
  state: FlowState,
  then: (flow: FlowSnapshot) => Decision<Outcome, FlowEvent>,
): Decision<Outcome | FlowRefusal, FlowEvent> {
  return state ? then(state) : decided({ type: 'UnknownFlow', flowId });
}

/** The phase of a flow that is meant, or the refusal that there is none. */
export function existingPhase<Outcome>(
  { flowId, phase: name }: Pick<PhaseAsked, 'flowId' | 'phase'>,
  state: FlowState,
  then: (phase: PhaseSnapshot, flow: FlowSnapshot) => Decision<Outcome | FlowRefusal, FlowEvent>,
): Decision<Outcome | FlowRefusal, FlowEvent> {
  return existing<Outcome | FlowRefusal>({ flowId }, state, (flow) => {
    const phase = phaseNamed(flow, name);
    if (phase) return then(phase, flow);
    const phases = flow.phases.map((each) => each.name);
    return decided({ type: 'UnknownPhase', flowId, phase: name, phases });
  });
}

/** Decides only while the phase runs under the token that the asker proves itself by. */
export function inForce(
  ask: HolderAsked,
  state: FlowState,
  then: (phase: PhaseSnapshot, flow: FlowSnapshot) => FlowDecision,
): FlowDecision {
  return existingPhase<Changed>(ask, state, (phase, flow) =>
    phase.status === 'running' && phase.token === ask.token ? then(phase, flow) : decided(stalePhase(ask, phase)),
  );
}

export function stalePhase(
  { flowId, token }: HolderAsked,
  { name, token: currentToken, status }: PhaseSnapshot,
): FlowRefusal {
  return { type: 'StalePhase', flowId, phase: name, token, currentToken, status };
}
