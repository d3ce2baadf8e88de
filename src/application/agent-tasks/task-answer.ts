import type { AgentTaskState } from '../../domain/agent-task/agent-task.js';
import type { AgentTaskSnapshot } from '../../domain/agent-task/events.js';
import { isAgentTaskRefusal, type AgentTaskRefusal } from '../../domain/agent-task/refusals.js';
import type { Answer } from '../answer.js';

export interface TaskAnswered {
  readonly type: 'TaskChanged';
  readonly task: AgentTaskSnapshot;
  /** True when nothing had to be written. */
  readonly already: boolean;
}

interface DecidedTask {
  readonly outcome: { readonly type: string; readonly already: boolean } | AgentTaskRefusal;
  readonly state: AgentTaskState;
  readonly position: bigint;
}

/** The reply of a decision on a task. */
export function taskAnswer({ outcome, state, position }: DecidedTask): Answer<TaskAnswered | AgentTaskRefusal> {
  if (isAgentTaskRefusal(outcome)) return { outcome, position };
  if (!state) throw new Error('what has changed exists');
  return { outcome: { type: 'TaskChanged', task: state, already: outcome.already }, position };
}
