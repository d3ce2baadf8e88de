import { decided, type Decision } from '../kernel/decider.js';
import type { Holder } from '../lease/events.js';
import { existingPhase, stalePhase, type HolderAsked, type PhaseAsked } from './decision.js';
import type { FlowEvent, FlowSnapshot, PhaseSnapshot } from './events.js';
import { currentPhase, isDone, phaseAfter, type FlowState } from './flow.js';
import { reasonOf } from './lifecycle.js';
import type { FlowRefusal } from './refusals.js';

interface Met<Type extends string> {
  readonly type: Type;
  readonly phase: PhaseSnapshot;
}

export type Done = Met<'Done'>;

/** `Claimable`: it may be begun; the lease decides who does. */
type Standing = Met<'Claimable'> | Met<'Running'> | Done | FlowRefusal;

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

export interface Begun {
  readonly type: 'Begun';
}

type Obstacle = Done | FlowRefusal;

/**
 * The phase adopts the token of the lease that was just granted. One that runs under an older token is taken over: the
 * lease proves that its holder has lost it, even where nobody has noted that yet.
 */
export function begin(ask: Begin, state: FlowState): Decision<Begun | Obstacle, FlowEvent> {
  return existingPhase<Begun | Obstacle>(ask, state, (phase, flow) => {
    const { flowId, token, holder, nowMs } = ask;
    if (phase.status === 'running' && phase.token === token) return decided({ type: 'Begun' });
    const obstacle = obstacleTo(ask, phase, flow);
    if (obstacle) return decided(obstacle);
    const attempt = phase.attempt + 1;
    return decided(
      { type: 'Begun' },
      { type: 'PhaseStarted', flowId, phase: phase.name, attempt, token, holder, atMs: nowMs },
    );
  });
}

function obstacleTo(ask: Begin, phase: PhaseSnapshot, flow: FlowSnapshot): Obstacle | undefined {
  const met = standing(phase, flow);
  switch (met.type) {
    case 'Claimable':
      // A token is granted once: one that ran before is of a claim whose time is over.
      return ask.token > phase.token ? undefined : stalePhase(ask, phase);
    case 'Running':
      if (ask.token < phase.token) return stalePhase(ask, phase);
      return flow.status === 'paused'
        ? { type: 'FlowIsPaused', flowId: flow.flowId, reason: reasonOf(flow) }
        : undefined;
    default:
      return met;
  }
}

/** Goes past a phase that runs nothing: the flow is at its next one. */
export function pass(ask: PhaseAsked, state: FlowState): Decision<Met<'Passed'> | Standing, FlowEvent> {
  return existingPhase<Met<'Passed'> | Standing>(ask, state, (phase, flow) => {
    const met = standing(phase, flow);
    if (met.type !== 'Claimable' || phase.runs) return decided(met);
    const { flowId, nowMs: atMs } = ask;
    const next = phaseAfter(phase, flow);
    const passed: PhaseSnapshot = { ...phase, status: 'passed', startedAtMs: atMs, endedAtMs: atMs };
    const events: FlowEvent[] = [{ type: 'PhasePassed', flowId, phase: phase.name, next, atMs }];
    if (next === null) events.push({ type: 'FlowCompleted', flowId, atMs });
    return decided({ type: 'Passed', phase: passed }, ...events);
  });
}
