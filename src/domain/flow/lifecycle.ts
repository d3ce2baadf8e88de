import { decided, type Decision } from '../kernel/decider.js';
import { sameJson } from '../kernel/json.js';
import type { Asker } from '../lease/events.js';
import { runningPhase, type FlowState } from './flow.js';
import { changedBy, existing, unchanged, type Asked, type FlowDecision } from './decision.js';
import type { FlowDescription, FlowEvent, FlowSnapshot } from './events.js';
import type { FlowRefusal } from './refusals.js';

export interface Declare extends FlowDescription {
  readonly nowMs: number;
}

export interface Declared {
  readonly type: 'Declared';
  /** True when it had been declared just so before. */
  readonly already: boolean;
}

/** The same flow may be declared again; what it consists of never changes. */
export function declare(
  { nowMs, flowId, phases, maxFailures }: Declare,
  state: FlowState,
): Decision<Declared | FlowRefusal, FlowEvent> {
  if (!state) {
    const own = phases.map(({ name, runs }) => ({ name, runs }));
    return decided(
      { type: 'Declared', already: false },
      { type: 'FlowDeclared', flowId, phases: own, maxFailures, atMs: nowMs },
    );
  }
  const known = state.phases.map(({ name, runs }) => ({ name, runs }));
  const asked = phases.map(({ name, runs }) => ({ name, runs }));
  if (!sameJson(known, asked)) return decided({ type: 'FlowDiffers', flowId, differs: 'phases' });
  if (state.maxFailures !== maxFailures) return decided({ type: 'FlowDiffers', flowId, differs: 'maxFailures' });
  return decided({ type: 'Declared', already: true });
}

export interface Steer extends Asked {
  readonly reason: string;
  readonly by: Asker;
}

/** What runs may end; nothing new begins. */
export function pause(ask: Steer, state: FlowState): FlowDecision {
  return existing(ask, state, (flow) => {
    if (flow.status === 'paused') return unchanged;
    if (flow.status === 'failed')
      return decided({ type: 'FlowHasFailed', flowId: flow.flowId, reason: reasonOf(flow) });
    if (isOver(flow)) return over(flow);
    const { flowId, nowMs, reason, by } = ask;
    return changedBy({ type: 'FlowPaused', flowId, reason, by, atMs: nowMs });
  });
}

/** A paused flow goes on; so does a failed one, whose phase may then be tried again. */
export function continueFlow(ask: Steer, state: FlowState): FlowDecision {
  return existing(ask, state, (flow) => {
    if (isOver(flow)) return over(flow);
    if (flow.status !== 'paused' && flow.status !== 'failed') return unchanged;
    const { flowId, nowMs, reason, by } = ask;
    return changedBy({ type: 'FlowContinued', flowId, reason, by, atMs: nowMs });
  });
}

/** For good. Whoever runs a phase is refused everything from now on. */
export function cancel(ask: Steer, state: FlowState): FlowDecision {
  return existing(ask, state, (flow) => {
    if (flow.status === 'cancelled') return unchanged;
    if (flow.status === 'completed') return over(flow);
    const { flowId, nowMs, reason, by } = ask;
    const run = runningPhase(flow);
    const running = run ? { phase: run.name, attempt: run.attempt, token: run.token } : null;
    return changedBy({ type: 'FlowCancelled', flowId, reason, by, running, atMs: nowMs });
  });
}

function isOver({ status }: FlowSnapshot): boolean {
  return status === 'completed' || status === 'cancelled';
}

function over({ flowId, status }: FlowSnapshot): FlowDecision {
  return decided({ type: 'FlowIsOver', flowId, status });
}

export function reasonOf({ reason }: FlowSnapshot): string {
  return reason ?? '';
}
