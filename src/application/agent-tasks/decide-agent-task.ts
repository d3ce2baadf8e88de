import { agentTask, agentTaskStream, type AgentTaskState } from '../../domain/agent-task/agent-task.js';
import type { AgentTaskEvent } from '../../domain/agent-task/events.js';
import type { Decision } from '../../domain/kernel/decider.js';
import type { CommandContext } from '../command-context.js';
import type { Decided, Decisions } from '../decide-and-append.js';

export interface TaskName {
  readonly queue: string;
  readonly taskId: string;
}

/** One decision on one task's own stream. */
export function decideAgentTask<Outcome>(
  decisions: Decisions,
  context: CommandContext,
  { queue, taskId }: TaskName,
  decide: (state: AgentTaskState, nowMs: number) => Decision<Outcome, AgentTaskEvent>,
): Promise<Decided<Outcome, AgentTaskState>> {
  return decisions.decide({ aggregate: agentTask, stream: agentTaskStream(queue, taskId), context, decide });
}
