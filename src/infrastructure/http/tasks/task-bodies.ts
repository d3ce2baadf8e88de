import type { Answer } from '../../../application/answer.js';
import type { TaskClaimed } from '../../../application/agent-tasks/claim-task.js';
import type { TaskExplanation } from '../../../application/agent-tasks/explain-task.js';
import type { TaskAnswered } from '../../../application/agent-tasks/task-answer.js';
import type { AgentTaskRow } from '../../../application/queries/agent-tasks.js';
import type { AgentTaskSnapshot } from '../../../domain/agent-task/events.js';
import { explanationBody } from '../leases/explanation-body.js';
import { renewMsOf, type Renewals } from '../leases/lease-bodies.js';

/** Of refused claims the newest alone is told: the log has the others. */
export function taskBody({ taskId, earlierRefusals: _earlier, ...task }: AgentTaskSnapshot) {
  return { id: taskId, ...task };
}

export function listedTaskBody({ revision, ...task }: AgentTaskRow) {
  return { ...taskBody(task), revision: String(revision) };
}

export function claimedBody({ outcome: { task, hold, already }, position }: Answer<TaskClaimed>, policy: Renewals) {
  const { token, ttlMs } = hold;
  const renewMs = renewMsOf(ttlMs, policy);
  return { task: taskBody(task), hold, token, ttlMs, renewMs, already, position: String(position) };
}

export function changedTaskBody({ outcome: { task, already }, position }: Answer<TaskAnswered>) {
  return { task: taskBody(task), already, position: String(position) };
}

export function taskExplanationBody({ type: _type, task, lock, position, ...more }: TaskExplanation) {
  return { task: taskBody(task), ...more, lock: explanationBody(lock), position: String(position) };
}
