import type { AgentTaskState } from './agent-task.js';
import { taskChangedBy, unchangedTask, underClaim, type AgentTaskDecision, type TaskAsked } from './decision.js';
import type { AgentTaskEvent } from './events.js';
import { waitAfterMs } from './retry-ladder.js';

interface Result extends TaskAsked {
  readonly token: number;
}

export interface CompleteTask extends Result {
  readonly notes: string;
  readonly actualTime: string | null;
}

/** Done, once: a task that is completed stays as it is, whoever says so again. */
export function completeTask(ask: CompleteTask, state: AgentTaskState): AgentTaskDecision {
  if (state?.status === 'completed') return unchangedTask;
  return underClaim(ask, state, (_task, { agent }) => {
    const { queue, taskId, token, notes, actualTime, nowMs } = ask;
    return taskChangedBy({ type: 'TaskCompleted', queue, taskId, token, agent, notes, actualTime, atMs: nowMs });
  });
}

export interface FailTask extends Result {
  readonly errorType: string;
  readonly details: string;
  /** Who is to try next; null: as it was assigned before. */
  readonly passTo: string | null;
}

/** The next try comes after 300, 600 and 1,200 s; a fourth failure poisons the task. */
export function failTask(ask: FailTask, state: AgentTaskState): AgentTaskDecision {
  return underClaim(ask, state, (task, { agent }) => {
    const { queue, taskId, token, errorType, details, passTo, nowMs } = ask;
    const failures = task.failures + 1;
    const failure = { queue, taskId, token, agent, errorType, details, failures, atMs: nowMs };
    const waitMs = waitAfterMs(failures);
    if (waitMs === undefined) return taskChangedBy({ type: 'TaskPoisoned', ...failure });
    const passed: AgentTaskEvent[] =
      passTo === null || passTo === task.assignedTo
        ? []
        : [
            {
              type: 'TaskReassigned',
              ...{ queue, taskId, agent: passTo, from: task.assignedTo, atMs: nowMs },
              why: `${agent} failed: ${errorType}`,
              by: { kind: 'system', id: 'retry' },
            },
          ];
    return taskChangedBy({ type: 'TaskFailed', ...failure, retryAtMs: nowMs + waitMs }, ...passed);
  });
}
