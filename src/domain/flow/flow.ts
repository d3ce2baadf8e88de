import type { Aggregate } from '../kernel/decider.js';
import { resource, type Resource } from '../lease/resource.js';
import { streamName } from '../streams.js';
import type { FlowEvent, FlowSnapshot, PhaseSnapshot } from './events.js';

/** Null before the flow is declared. */
export type FlowState = FlowSnapshot | null;

type EventOf<Type extends FlowEvent['type']> = Extract<FlowEvent, { readonly type: Type }>;
type Change = Exclude<FlowEvent, EventOf<'FlowDeclared' | 'FlowChapterOpened'>>;

function declared({ flowId, phases, maxFailures, atMs }: EventOf<'FlowDeclared'>): FlowSnapshot {
  return {
    flowId,
    maxFailures,
    status: 'initialized',
    phases: phases.map((phase) => ({
      ...phase,
      status: 'waiting',
      attempt: 0,
      token: 0,
      failures: 0,
      holder: null,
      progress: null,
      result: null,
      error: null,
      abandoned: null,
      startedAtMs: null,
      endedAtMs: null,
    })),
    reason: null,
    declaredAtMs: atMs,
    updatedAtMs: atMs,
    endedAtMs: null,
  };
}

function withPhase(state: FlowSnapshot, name: string, change: Partial<PhaseSnapshot>): FlowSnapshot {
  return { ...state, phases: state.phases.map((each) => (each.name === name ? { ...each, ...change } : each)) };
}

/** The first phase that is begun, or passed, sets the flow going; a paused one stays paused while a phase ends. */
function going({ status }: FlowSnapshot): FlowSnapshot['status'] {
  return status === 'initialized' ? 'in_progress' : status;
}

function changed(state: FlowSnapshot, event: Change): FlowSnapshot {
  switch (event.type) {
    case 'PhaseStarted':
      return {
        ...withPhase(state, event.phase, {
          status: 'running',
          attempt: event.attempt,
          token: event.token,
          holder: event.holder,
          progress: null,
          startedAtMs: event.atMs,
          endedAtMs: null,
        }),
        status: going(state),
      };
    case 'PhaseProgressed':
      return withPhase(state, event.phase, { progress: event.progress });
    case 'PhaseCompleted':
      return withPhase(state, event.phase, {
        status: 'completed',
        result: event.result,
        progress: null,
        endedAtMs: event.atMs,
      });
    case 'PhaseFailed': {
      const { error, failures, atMs } = event;
      return withPhase(state, event.phase, { status: 'failed', error, failures, endedAtMs: atMs });
    }
    case 'PhaseAbandoned': {
      const { reason, detail, atMs } = event;
      return withPhase(state, event.phase, { status: 'abandoned', abandoned: { reason, detail }, endedAtMs: atMs });
    }
    case 'PhasePassed':
      return {
        ...withPhase(state, event.phase, { status: 'passed', startedAtMs: event.atMs, endedAtMs: event.atMs }),
        status: going(state),
      };
    case 'FlowPaused':
      return { ...state, status: 'paused', reason: event.reason };
    case 'FlowContinued':
      return {
        ...state,
        status: hasBegun(state) ? 'in_progress' : 'initialized',
        reason: event.reason,
        endedAtMs: null,
      };
    case 'FlowCancelled': {
      const { running, reason, atMs } = event;
      const cut = running ? withPhase(state, running.phase, { status: 'cancelled', endedAtMs: atMs }) : state;
      return { ...cut, status: 'cancelled', reason, endedAtMs: atMs };
    }
    case 'FlowFailed':
      return { ...state, status: 'failed', reason: event.error, endedAtMs: event.atMs };
    case 'FlowCompleted':
      return { ...state, status: 'completed', endedAtMs: event.atMs };
    default:
      return event satisfies never;
  }
}

function evolve(state: FlowState, event: FlowEvent): FlowState {
  if (event.type === 'FlowDeclared') return declared(event);
  if (event.type === 'FlowChapterOpened') return event.state;
  if (!state) throw new Error(`a flow's history cannot begin with ${event.type}`);
  return { ...changed(state, event), updatedAtMs: event.atMs };
}

/** Work in phases that are gone through one after the other, each of them once. */
export const flow: Aggregate<FlowState, FlowEvent> = {
  initial: null,
  evolve,
  opensChapter: ({ type }) => type === 'FlowDeclared' || type === 'FlowChapterOpened',
  chapterOf: (state, atMs) => (state ? { type: 'FlowChapterOpened', flowId: state.flowId, state, atMs } : undefined),
};

/** Stored name. */
export function flowStream(flowId: string): string {
  return streamName('flow', flowId);
}

/** What is held while a phase of a flow is executed. @throws InvalidId for a flow or a phase with no plain name */
export function phaseResource(flowId: string, phase: string): Resource {
  return resource('phase', flowId, phase);
}

export function phaseNamed({ phases }: FlowSnapshot, name: string): PhaseSnapshot | undefined {
  return phases.find((phase) => phase.name === name);
}

export function isDone({ status }: Pick<PhaseSnapshot, 'status'>): boolean {
  return status === 'completed' || status === 'passed';
}

/** The phase that is due or running; undefined when all are done. */
export function currentPhase({ phases }: FlowSnapshot): PhaseSnapshot | undefined {
  return phases.find((phase) => !isDone(phase));
}

/** The phase that is due once this one is done; null after the last. */
export function phaseAfter({ name }: PhaseSnapshot, { phases }: FlowSnapshot): string | null {
  return phases[phases.findIndex((each) => each.name === name) + 1]?.name ?? null;
}

export function runningPhase({ phases }: FlowSnapshot): PhaseSnapshot | undefined {
  return phases.find(({ status }) => status === 'running');
}

export function hasBegun({ phases }: FlowSnapshot): boolean {
  return phases.some(({ status }) => status !== 'waiting');
}

/** Whole percent of the phases that are done. */
export function percentDone({ phases }: FlowSnapshot): number {
  return percentOf(phases.filter(isDone).length, phases.length);
}

export function percentOf(done: number, total: number): number {
  return total === 0 ? 100 : Math.floor((done * 100) / total);
}
