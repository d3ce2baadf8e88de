import { decided, type Decision } from '../kernel/decider.js';
import type { AgentTaskState } from './agent-task.js';
import type { AgentTaskEvent, AgentTaskSnapshot, TaskClaim } from './events.js';
import type { AgentTaskRefusal } from './refusals.js';

export interface TaskChanged {
  readonly type: 'TaskChanged';
  /** True when nothing had to be written. */
  readonly already: boolean;
}

export type AgentTaskDecision = Decision<TaskChanged | AgentTaskRefusal, AgentTaskEvent>;

export const unchangedTask: AgentTaskDecision = decided({ type: 'TaskChanged', already: true });

export function taskChangedBy(...events: readonly AgentTaskEvent[]): AgentTaskDecision {
  return decided({ type: 'TaskChanged', already: false }, ...events);
}

export interface TaskAsked {
  readonly queue: string;
  readonly taskId: string;
  readonly nowMs: number;
}

/** Decides on a task in whatever status it is. */
export function existingTask<Outcome>(
  { queue, taskId }: TaskAsked,
  state: AgentTaskState,
  then: (task: AgentTaskSnapshot) => Decision<Outcome | AgentTaskRefusal, AgentTaskEvent>,
): Decision<Outcome | AgentTaskRefusal, AgentTaskEvent> {
  return state ? then(state) : decided({ type: 'UnknownTask', queue, taskId });
}

/** A write by whoever claimed the task: refused unless it is under way, and under that very token. */
export function underClaim(
  { token, ...ask }: TaskAsked & { readonly token: number },
  state: AgentTaskState,
  then: (task: AgentTaskSnapshot, claim: TaskClaim) => AgentTaskDecision,
): AgentTaskDecision {
  return existingTask(ask, state, (task) => {
    const { queue, taskId, claim, lastToken } = task;
    if (claim?.token === token) return then(task, claim);
    return decided(
      token > lastToken
        ? { type: 'NotClaimed', queue, taskId, token }
        : { type: 'StaleClaim', queue, taskId, token, currentToken: lastToken },
    );
  });
}

export function alreadyComplete({ queue, taskId, completion }: AgentTaskSnapshot): AgentTaskRefusal {
  return { type: 'AlreadyComplete', queue, taskId, by: completion?.agent ?? '' };
}
