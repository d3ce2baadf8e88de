import { decided, type Changed, type Decision } from '../kernel/decider.js';
import { sameJson } from '../kernel/json.js';
import type { Holder } from '../lease/events.js';
import { refusalsOf, type AgentTaskState } from './agent-task.js';
import { alreadyComplete, changedBy, existing, unchanged, type AgentTaskDecision, type Asked } from './decision.js';
import { mostRefusedAgents, type AgentTaskEvent, type AgentTaskSnapshot, type RefusedClaim } from './events.js';
import type { AgentTaskRefusal } from './refusals.js';

export interface Consider extends Asked {
  readonly agent: string;
  /** Those of its dependencies that are not completed. A completed task stays so: what is missing here stays met. */
  readonly open: readonly string[];
}

export interface Claimable {
  readonly type: 'Claimable';
}

/** Whether a claim would be refused for what the task is, before its lock is asked for. */
export function consider(ask: Consider, state: AgentTaskState): Decision<Claimable | AgentTaskRefusal, AgentTaskEvent> {
  return existing<Claimable | AgentTaskRefusal>(ask, state, (task) => {
    const refusal = refusalOf(ask, task);
    return refusal ? refused(ask, task, refusal) : decided({ type: 'Claimable' });
  });
}

export interface Claim extends Consider {
  readonly holder: Holder;
  /** Of the lock, which the holder has by now. */
  readonly token: number;
}

/**
 * Adopts the token of the lock. A newer token than the one it was claimed under takes the work over: whoever had that one
 * has lost the lock, though nobody has told the task yet.
 */
export function claim(ask: Claim, state: AgentTaskState): AgentTaskDecision {
  return existing<Changed | AgentTaskRefusal>(ask, state, (task) => {
    const { queue, taskId, agent, holder, token, nowMs } = ask;
    if (task.claim?.token === token) return unchanged;
    const refusal = refusalOf(ask, task);
    if (refusal) return refused(ask, task, refusal);
    const { lastToken, failures } = task;
    if (token <= lastToken) return decided({ type: 'StaleClaim', queue, taskId, token, currentToken: lastToken });
    return changedBy({ type: 'TaskClaimed', queue, taskId, token, agent, holder, failures, atMs: nowMs });
  });
}

function refusalOf({ agent, open, nowMs }: Consider, task: AgentTaskSnapshot): AgentTaskRefusal | undefined {
  const { queue, taskId, status, assignedTo, failures, retryAtMs } = task;
  if (status === 'completed') return alreadyComplete(task);
  if (assignedTo !== null && assignedTo !== agent) {
    return { type: 'ReassignBlocked', queue, taskId, agent, assignedTo };
  }
  if (status === 'poisoned') return { type: 'PoisonedTask', queue, taskId, failures };
  if (retryAtMs !== null && nowMs < retryAtMs) return { type: 'WaitingForRetry', queue, taskId, retryAtMs, failures };
  return open.length > 0 ? { type: 'DependencyNotMet', queue, taskId, open } : undefined;
}

/**
 * What an operator will want to know of is kept, once for each agent as long as it stays the same, and of so many agents: a
 * task that many ask for again and again does not fill the log.
 */
function refused(
  { queue, taskId, agent, open, nowMs }: Consider,
  task: AgentTaskSnapshot,
  refusal: AgentTaskRefusal,
): Decision<AgentTaskRefusal, AgentTaskEvent> {
  const reason = keptAs(refusal);
  if (!reason) return decided(refusal);
  const kept = { agent, reason, open: [...open], assignedTo: task.assignedTo };
  const known = refusalsOf(task);
  const own = known.find((each) => each.agent === agent);
  if (own ? sameJson(kept, { ...own }) : known.length >= mostRefusedAgents) return decided(refusal);
  return decided(refusal, { type: 'TaskClaimRefused', queue, taskId, ...kept, atMs: nowMs });
}

function keptAs({ type }: AgentTaskRefusal): RefusedClaim['reason'] | undefined {
  if (type === 'DependencyNotMet') return 'dependency_blocked';
  return type === 'ReassignBlocked' ? 'reassign_blocked' : undefined;
}
