import { decided, type Decision } from '../kernel/decider.js';
import type { Holder } from '../lease/events.js';
import { existingPhase, type HolderAsked, type PhaseAsked } from './decision.js';
import type { FlowEvent, FlowSnapshot, PhaseSnapshot } from './events.js';
import { currentPhase, isDone, type FlowState } from './flow.js';
import { reasonOf } from './lifecycle.js';
import type { FlowRefusal } from './refusals.js';

/** It may be begun: the lease decides who does. */
export interface Claimable {
  readonly type: 'Claimable';
  readonly phase: PhaseSnapshot;
}
/** Nobody has to run it: the flow goes on to the next one. */
export interface Passed {
  readonly type: 'Passed';
  readonly phase: PhaseSnapshot;
}
export interface Running {
  readonly type: 'Running';
  readonly phase: PhaseSnapshot;
}
export interface Done {
  readonly type: 'Done';
  readonly phase: PhaseSnapshot;
}
export interface Begun {
  readonly type: 'Begun';
  readonly phase: PhaseSnapshot;
}

type Standing = Claimable | Running | Done | FlowRefusal;

/** What a claim of the phase would meet now, apart from its lease. */
export function standingOf(ask: PhaseAsked, state: FlowState): Decision<Standing, FlowEvent> {
  return existingPhase<Standing>(ask, state, (phase, flow) => decided(standing(phase, flow)));
}

function standing(phase: PhaseSnapshot, flow: FlowSnapshot): Standing {
  const { flowId, status } = flow;
  if (isDone(phase)) return { type: 'Done', phase };
  if (status === 'cancelled') return { type: 'FlowIsOver', flowId, status };
  const current = currentPhase(flow);
  if (current && current.name !== phase.name) {
    return { type: 'PhaseMismatch', flowId, expected: phase.name, current: current.name };
  }
  if (phase.status === 'running') return { type: 'Running', phase };
  if (status === 'paused') return { type: 'FlowIsPaused', flowId, reason: reasonOf(flow) };
  if (status === 'failed') return { type: 'FlowHasFailed', flowId, reason: reasonOf(flow) };
  return { type: 'Claimable', phase };
}

export interface Begin extends HolderAsked {
  readonly holder: Holder;
}

/**
 * The phase adopts the token of the lease that was just granted. One that runs under an older token is taken over: the
 * lease proves that its holder has lost it, even where nobody has noted that yet.
 */
export function begin(ask: Begin, state: FlowState): Decision<Begun | Done | Running | FlowRefusal, FlowEvent> {
  return existingPhase<Begun | Done | Running>(ask, state, (phase, flow) => {
    const { flowId, token, holder, nowMs } = ask;
    const found = standing(phase, flow);
    if (found.type === 'Running') {
      if (phase.token === token) return decided({ type: 'Begun', phase });
      if (phase.token > token) return decided(found);
      if (flow.status === 'paused') return decided({ type: 'FlowIsPaused', flowId, reason: reasonOf(flow) });
    } else if (found.type !== 'Claimable') return decided(found);
    // A token is granted once: one that ran before is of a claim whose time is over.
    if (token <= phase.token)
      return decided({
        type: 'StalePhase',
        flowId,
        phase: phase.name,
        token,
        currentToken: phase.token,
        status: phase.status,
      });
    const attempt = phase.attempt + 1;
    const begun: PhaseSnapshot = {
      ...phase,
      ...{ status: 'running', attempt, token, holder, progress: null, startedAtMs: nowMs, endedAtMs: null },
    };
    return decided(
      { type: 'Begun', phase: begun },
      { type: 'PhaseStarted', flowId, phase: phase.name, attempt, token, holder, atMs: nowMs },
    );
  });
}

/** Goes past a phase that runs nothing. */
export function pass(ask: PhaseAsked, state: FlowState): Decision<Passed | Standing, FlowEvent> {
  return existingPhase<Passed | Standing>(ask, state, (phase, flow) => {
    const found = standing(phase, flow);
    if (found.type !== 'Claimable' || phase.runs) return decided(found);
    const { flowId, nowMs: atMs } = ask;
    const next = phaseAfter(phase, flow);
    const passed: PhaseSnapshot = { ...phase, status: 'passed', startedAtMs: atMs, endedAtMs: atMs };
    const events: FlowEvent[] = [{ type: 'PhasePassed', flowId, phase: phase.name, next, atMs }];
    if (next === null) events.push({ type: 'FlowCompleted', flowId, atMs });
    return decided({ type: 'Passed', phase: passed }, ...events);
  });
}

/** The phase that is due once this one is done; null after the last. */
export function phaseAfter({ name }: PhaseSnapshot, { phases }: FlowSnapshot): string | null {
  return phases[phases.findIndex((each) => each.name === name) + 1]?.name ?? null;
}
