import { decided } from '../kernel/decider.js';
import type { ReleaseReason } from '../lease/reasons.js';
import type { AgentTaskState } from './agent-task.js';
import {
  alreadyComplete,
  changedBy,
  inForce,
  unchanged,
  type AgentTaskDecision,
  type HolderAsked,
} from './decision.js';
import type { AgentTaskEvent, AgentTaskSnapshot } from './events.js';
import { waitAfterMs } from './retry-ladder.js';

export interface Complete extends HolderAsked {
  readonly notes: string;
  readonly actualTime: string | null;
}

/** Done, once: whoever completed it may say so again; whoever comes after another did is refused. */
export function complete(ask: Complete, state: AgentTaskState): AgentTaskDecision {
  if (state?.status === 'completed') {
    return state.completion?.token === ask.token ? unchanged : decided(alreadyComplete(state));
  }
  return inForce(ask, state, (_task, { agent }) => {
    const { queue, taskId, token, notes, actualTime, nowMs } = ask;
    return changedBy({ type: 'TaskCompleted', queue, taskId, token, agent, notes, actualTime, atMs: nowMs });
  });
}

export interface Fail extends HolderAsked {
  readonly errorType: string;
  readonly details: string;
  /** Who is to try next; null: as it was assigned before. */
  readonly passTo: string | null;
}

/**
 * The next try comes after 300, 600 and 1,200 s; a fourth failure poisons the task. A repeat under the same token changes
 * nothing: the first error stays.
 */
export function fail(ask: Fail, state: AgentTaskState): AgentTaskDecision {
  if (state && hasFailedUnder(ask.token, state)) return unchanged;
  return inForce(ask, state, (task, { agent }) => {
    const { queue, taskId, token, errorType, details, passTo, nowMs } = ask;
    const failures = task.failures + 1;
    const failure = { queue, taskId, token, agent, errorType, details, failures, atMs: nowMs };
    const waitMs = waitAfterMs(failures);
    if (waitMs === undefined) return changedBy({ type: 'TaskPoisoned', ...failure });
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
    return changedBy({ type: 'TaskFailed', ...failure, retryAtMs: nowMs + waitMs }, ...passed);
  });
}

function hasFailedUnder(token: number, { status, lastToken }: AgentTaskSnapshot): boolean {
  return (status === 'failed' || status === 'poisoned') && token === lastToken;
}

export interface Abandon extends HolderAsked {
  readonly reason: ReleaseReason;
  readonly detail: string;
}

/**
 * The lock went before the task was done: whoever claimed it under that token, or under an older one, has lost it, and it may
 * be claimed again. Told twice, or of a claim that is over: nothing changes.
 */
export function abandon(ask: Abandon, state: AgentTaskState): AgentTaskDecision {
  const { queue, taskId, reason, detail, nowMs } = ask;
  const claim = state?.claim;
  if (!claim || claim.token > ask.token) return unchanged;
  const { token, agent } = claim;
  return changedBy({ type: 'TaskAbandoned', queue, taskId, token, agent, reason, detail, atMs: nowMs });
}
