import { decided, type Changed, type Decision } from '../kernel/decider.js';
import { copyOf, sameJson } from '../kernel/json.js';
import type { Asker } from '../lease/events.js';
import type { AgentTaskState } from './agent-task.js';
import { alreadyComplete, changedBy, existing, unchanged, type AgentTaskDecision, type Asked } from './decision.js';
import type { AgentTaskDescription, AgentTaskEvent } from './events.js';
import type { AgentTaskRefusal } from './refusals.js';

export interface Queue extends AgentTaskDescription {
  readonly nowMs: number;
  /** It was completed elsewhere, before it came here. */
  readonly completed?: { readonly agent: string; readonly notes: string; readonly actualTime: string | null };
}

export interface Queued {
  readonly type: 'Queued';
  /** True when the same task was in the queue already: nothing was written. */
  readonly already: boolean;
}

/** A task that is there already, word for word, stays as it is, however far it has come. */
export function queue(
  { nowMs, completed, ...description }: Queue,
  state: AgentTaskState,
): Decision<Queued | AgentTaskRefusal, AgentTaskEvent> {
  const { queue, taskId, dependencies } = description;
  if (state) {
    return decided(
      isTheSame(description, state) ? { type: 'Queued', already: true } : { type: 'TaskExists', queue, taskId },
    );
  }
  if (dependencies.includes(taskId)) {
    return decided({ type: 'DependencyCycle', queue, taskId, path: [taskId, taskId] });
  }
  const own = { dependencies: [...dependencies], estimates: copyOf(description.estimates) };
  const events: AgentTaskEvent[] = [{ type: 'TaskQueued', ...description, ...own, atMs: nowMs }];
  if (completed) events.push({ type: 'TaskCompleted', queue, taskId, token: 0, ...completed, atMs: nowMs });
  return decided({ type: 'Queued', already: false }, ...events);
}

/** To whom it is assigned may have changed since, and is no part of what it is. */
function isTheSame(
  asked: AgentTaskDescription,
  { title, taskType, dependencies, priority, estimates }: AgentTaskDescription,
) {
  return (
    asked.title === title &&
    asked.taskType === taskType &&
    asked.priority === priority &&
    sameJson(asked.dependencies, dependencies) &&
    sameJson(asked.estimates, estimates)
  );
}

export interface Requeue extends Asked {
  readonly reason: string;
  readonly by: Asker;
  /** To whom a person gave it, where retries have passed it on since; undefined: they have not. */
  readonly givenTo?: string | null | undefined;
}

/**
 * An operator gives a task that has failed, or is poisoned, a fresh start: its failures are forgotten, and so is to whom
 * they have passed it on.
 */
export function requeue(ask: Requeue, state: AgentTaskState): AgentTaskDecision {
  return existing<Changed | AgentTaskRefusal>(ask, state, (task) => {
    const { queue, taskId, status, claim, assignedTo } = task;
    if (status === 'completed') return decided(alreadyComplete(task));
    if (claim) return decided({ type: 'TaskInProgress', queue, taskId, agent: claim.agent });
    if (status === 'pending' && task.failures === 0) return unchanged;
    const { reason, by, givenTo = assignedTo, nowMs: atMs } = ask;
    const back: AgentTaskEvent[] =
      givenTo === assignedTo
        ? []
        : [{ type: 'TaskReassigned', queue, taskId, agent: givenTo, from: assignedTo, why: reason, by, atMs }];
    return changedBy({ type: 'TaskRequeued', queue, taskId, reason, by, atMs }, ...back);
  });
}

export interface Reassign extends Asked {
  readonly agent: string | null;
  readonly why: string;
  readonly by: Asker;
  /** Retries gave it to whom it is with: that a person wants it so is kept. */
  readonly confirms?: boolean;
}

/** Says who may claim a task that nobody works on. */
export function reassign(ask: Reassign, state: AgentTaskState): AgentTaskDecision {
  return existing<Changed | AgentTaskRefusal>(ask, state, (task) => {
    const { queue, taskId, status, claim, assignedTo } = task;
    if (status === 'completed') return decided(alreadyComplete(task));
    if (claim) return decided({ type: 'TaskInProgress', queue, taskId, agent: claim.agent });
    const { agent, why, by, confirms = false, nowMs } = ask;
    if (agent === assignedTo && !confirms) return unchanged;
    return changedBy({ type: 'TaskReassigned', queue, taskId, agent, from: assignedTo, why, by, atMs: nowMs });
  });
}
