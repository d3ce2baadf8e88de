import type { AgentTaskCount } from '../../application/queries/agent-task-counts.js';
import { agentTaskStatuses } from '../../domain/agent-task/events.js';
import type { Metrics } from './metrics.js';

/** Anybody may name a queue: so many of the longest have series of their own, and all others one together. */
const mostQueues = 32;

/** Undefined: the views could not say, and no old number stands for a new one. */
export function setAgentTasks({ agentTasks }: Metrics, counts: readonly AgentTaskCount[] | undefined): void {
  agentTasks.reset();
  if (!counts) return;
  const lengths = new Map<string, number>();
  for (const { queue, count } of counts) lengths.set(queue, (lengths.get(queue) ?? 0) + count);
  const longest = [...lengths].sort(([, one], [, other]) => other - one).slice(0, mostQueues);
  const named = new Set(longest.map(([queue]) => queue));
  for (const queue of [...named, 'other']) for (const status of agentTaskStatuses) agentTasks.set({ queue, status }, 0);
  for (const { queue, status, count } of counts) {
    agentTasks.inc({ queue: named.has(queue) ? queue : 'other', status }, count);
  }
}
