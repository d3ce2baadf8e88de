import type { Aggregate } from '../kernel/decider.js';
import { resource, type Resource } from '../lease/resource.js';
import { streamName, streamPrefix } from '../streams.js';
import type { AgentTaskEvent, AgentTaskSnapshot, RefusedClaim } from './events.js';

/** Null before the task is queued. */
export type AgentTaskState = AgentTaskSnapshot | null;

type EventOf<Type extends AgentTaskEvent['type']> = Extract<AgentTaskEvent, { readonly type: Type }>;

function queued({ type: _type, atMs, ...description }: EventOf<'TaskQueued'>): AgentTaskSnapshot {
  return {
    ...description,
    status: 'pending',
    lastToken: 0,
    claim: null,
    failures: 0,
    failedBy: [],
    lastFailure: null,
    retryAtMs: null,
    completion: null,
    lastRefusal: null,
    queuedAtMs: atMs,
    updatedAtMs: atMs,
  };
}

function failed(
  state: AgentTaskSnapshot,
  { agent, errorType, details, failures, atMs }: EventOf<'TaskFailed' | 'TaskPoisoned'>,
): AgentTaskSnapshot {
  const failedBy = state.failedBy.includes(agent) ? state.failedBy : [...state.failedBy, agent];
  return { ...state, claim: null, failures, failedBy, lastFailure: { agent, errorType, details, atMs } };
}

function changed(
  state: AgentTaskSnapshot,
  event: Exclude<AgentTaskEvent, EventOf<'TaskQueued' | 'TaskChapterOpened'>>,
): AgentTaskSnapshot {
  switch (event.type) {
    case 'TaskClaimed': {
      const { token, holder, agent, atMs } = event;
      const claim = { token, holder, agent, sinceMs: atMs };
      return { ...state, status: 'in_progress', lastToken: token, claim, retryAtMs: null };
    }
    case 'TaskClaimRefused': {
      const { agent, reason, open, assignedTo } = event;
      const earlier = refusalsOf(state).filter((each) => each.agent !== agent);
      const others = earlier.length > 0 ? { earlierRefusals: earlier } : {};
      return { ...settled(state), lastRefusal: { agent, reason, open, assignedTo }, ...others };
    }
    case 'TaskCompleted': {
      const { token, agent, notes, actualTime, atMs } = event;
      const completion = { token, agent, notes, actualTime, atMs };
      return {
        ...state,
        status: 'completed',
        claim: null,
        completion,
        failures: 0,
        failedBy: [],
        lastFailure: null,
        retryAtMs: null,
      };
    }
    case 'TaskFailed':
      return { ...failed(state, event), status: 'failed', retryAtMs: event.retryAtMs };
    case 'TaskPoisoned':
      return { ...failed(state, event), status: 'poisoned', retryAtMs: null };
    case 'TaskAbandoned':
      return { ...state, status: 'pending', claim: null };
    case 'TaskRequeued':
      return { ...state, status: 'pending', failures: 0, failedBy: [], lastFailure: null, retryAtMs: null };
    case 'TaskReassigned':
      return { ...state, assignedTo: event.agent };
    default:
      return event satisfies never;
  }
}

/** Without the refused claims: another course is open to whoever was refused. */
function settled({ earlierRefusals: _earlier, ...state }: AgentTaskSnapshot): AgentTaskSnapshot {
  return { ...state, lastRefusal: null };
}

/** The newest refused claim of each agent, since something else happened. */
export function refusalsOf({
  lastRefusal,
  earlierRefusals = [],
}: Pick<AgentTaskSnapshot, 'lastRefusal' | 'earlierRefusals'>): readonly RefusedClaim[] {
  return lastRefusal ? [lastRefusal, ...earlierRefusals] : earlierRefusals;
}

function evolve(state: AgentTaskState, event: AgentTaskEvent): AgentTaskState {
  if (event.type === 'TaskQueued') return queued(event);
  if (event.type === 'TaskChapterOpened') return event.state;
  if (!state) throw new Error(`a task's history cannot begin with ${event.type}`);
  const before = event.type === 'TaskClaimRefused' ? state : settled(state);
  return { ...changed(before, event), updatedAtMs: event.atMs };
}

/** One piece of work for an agent: claimed under the token of its lock, done once. */
export const agentTask: Aggregate<AgentTaskState, AgentTaskEvent> = {
  initial: null,
  evolve,
  opensChapter: ({ type }) => type === 'TaskQueued' || type === 'TaskChapterOpened',
  chapterOf: (state, atMs) =>
    state ? { type: 'TaskChapterOpened', queue: state.queue, taskId: state.taskId, state, atMs } : undefined,
};

/** Its lock. @throws InvalidId for a queue or a task without the form of a name */
export function taskLock(queue: string, taskId: string): Resource {
  return resource('task', queue, taskId);
}

/** Stored name: a queue has no dot, so it reads back in one way only. @throws InvalidId */
export function agentTaskStream(queue: string, taskId: string): string {
  const { scope, name } = taskLock(queue, taskId);
  return streamName('agentTask', `${scope}.${name}`);
}

export function agentTaskOfStream(stream: string): { readonly queue: string; readonly taskId: string } | undefined {
  const prefix = streamPrefix('agentTask');
  const [, queue, taskId] = (stream.startsWith(prefix) && /^([^.]+)\.(.+)$/.exec(stream.slice(prefix.length))) || [];
  return queue && taskId ? { queue, taskId } : undefined;
}
