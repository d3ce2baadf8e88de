import { decided, type Changed, type Decision } from '../kernel/decider.js';
import type { AgentTaskState } from './agent-task.js';
import type { AgentTaskEvent, AgentTaskSnapshot, TaskClaim } from './events.js';
import type { AgentTaskRefusal } from './refusals.js';

export type AgentTaskDecision = Decision<Changed | AgentTaskRefusal, AgentTaskEvent>;

export const unchanged: AgentTaskDecision = decided({ type: 'Changed', already: true });

export function changedBy(...events: readonly AgentTaskEvent[]): AgentTaskDecision {
  return decided({ type: 'Changed', already: false }, ...events);
}

export interface Asked {
  readonly queue: string;
  readonly taskId: string;
  readonly nowMs: number;
}

/** The holder's write: refused unless it proves the claim in force. */
export interface HolderAsked extends Asked {
  readonly token: number;
}

/** The task, in whatever status it is, or the refusal that there is none. */
export function existing<Outcome>(
  { queue, taskId }: Pick<Asked, 'queue' | 'taskId'>,
  state: AgentTaskState,
  then: (task: AgentTaskSnapshot) => Decision<Outcome, AgentTaskEvent>,
): Decision<Outcome | AgentTaskRefusal, AgentTaskEvent> {
  return state ? then(state) : decided({ type: 'UnknownTask', queue, taskId });
}

/** Decides only while the task is claimed under the token that the asker proves itself by. */
export function inForce(
  ask: HolderAsked,
  state: AgentTaskState,
  then: (task: AgentTaskSnapshot, claim: TaskClaim) => AgentTaskDecision,
): AgentTaskDecision {
  return existing<Changed | AgentTaskRefusal>(ask, state, (task) =>
    task.claim?.token === ask.token ? then(task, task.claim) : decided(notInForce(ask, task)),
  );
}

function notInForce({ token }: HolderAsked, { queue, taskId, lastToken }: AgentTaskSnapshot): AgentTaskRefusal {
  return token > lastToken
    ? { type: 'NotClaimed', queue, taskId, token }
    : { type: 'StaleClaim', queue, taskId, token, currentToken: lastToken };
}

export function alreadyComplete({ queue, taskId, completion }: AgentTaskSnapshot): AgentTaskRefusal {
  return { type: 'AlreadyComplete', queue, taskId, by: completion?.agent ?? '' };
}
