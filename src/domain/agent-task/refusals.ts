import { counted } from '../kernel/text.js';
import type { ReleaseReason } from '../lease/reasons.js';

interface OfTask {
  readonly queue: string;
  readonly taskId: string;
}

export type AgentTaskRefusal =
  | ({ readonly type: 'UnknownTask' } & OfTask)
  | ({ readonly type: 'TaskExists' } & OfTask)
  | ({ readonly type: 'ReassignBlocked'; readonly agent: string; readonly assignedTo: string } & OfTask)
  | ({ readonly type: 'AlreadyComplete'; readonly by: string } & OfTask)
  | ({ readonly type: 'DependencyNotMet'; readonly open: readonly string[] } & OfTask)
  | ({ readonly type: 'DependencyCycle'; readonly path: readonly string[] } & OfTask)
  | ({ readonly type: 'WaitingForRetry'; readonly retryAtMs: number; readonly failures: number } & OfTask)
  | ({ readonly type: 'PoisonedTask'; readonly failures: number } & OfTask)
  | ({ readonly type: 'TaskInProgress'; readonly agent: string } & OfTask)
  | ({ readonly type: 'NotClaimed'; readonly token: number } & OfTask)
  | ({ readonly type: 'StaleClaim'; readonly token: number; readonly currentToken: number } & OfTask)
  | ({ readonly type: 'NoOtherAgent'; readonly taskType: string | null } & OfTask)
  | ({ readonly type: 'UnreadableTask'; readonly message: string } & OfTask)
  | { readonly type: 'UnregisteredAgent'; readonly agent: string }
  | {
      readonly type: 'UnreadableQueue';
      /** Counted from 1; null: it is JSON, and does not say what a queue must. */
      readonly line: number | null;
      readonly column: number | null;
      readonly message: string;
    };

/** The word that scripts know a refusal by, and the reason with which a claim gives a lock back for it. */
const words: Readonly<Record<AgentTaskRefusal['type'], readonly [word: string, reason: ReleaseReason]>> = {
  UnknownTask: ['ERROR', 'failed'],
  TaskExists: ['ERROR', 'claim_failed'],
  ReassignBlocked: ['REASSIGN_BLOCKED', 'reassign_blocked'],
  AlreadyComplete: ['ALREADY_COMPLETE', 'already_complete'],
  DependencyNotMet: ['DEPENDENCY_NOT_MET', 'dependency_not_met'],
  DependencyCycle: ['ERROR', 'claim_failed'],
  WaitingForRetry: ['CLAIM_FAILED', 'claim_failed'],
  PoisonedTask: ['POISON_PILL', 'claim_failed'],
  TaskInProgress: ['REASSIGN_BLOCKED', 'reassign_blocked'],
  NotClaimed: ['ERROR', 'claim_failed'],
  StaleClaim: ['CLAIM_FAILED', 'claim_failed'],
  NoOtherAgent: ['ERROR', 'claim_failed'],
  UnreadableTask: ['JSON_ERROR', 'json_error'],
  UnregisteredAgent: ['ERROR', 'claim_failed'],
  UnreadableQueue: ['JSON_ERROR', 'json_error'],
};

export function isAgentTaskRefusal(outcome: { readonly type: string }): outcome is AgentTaskRefusal {
  return Object.hasOwn(words, outcome.type);
}

export function refusalWord({ type }: AgentTaskRefusal): string {
  return words[type][0];
}

export function releaseReasonOfRefusal({ type }: AgentTaskRefusal): ReleaseReason {
  return words[type][1];
}

/** One sentence for people. */
export function agentTaskRefusalText(refusal: AgentTaskRefusal): string {
  switch (refusal.type) {
    case 'UnknownTask':
      return `Task #${refusal.taskId} not found in queue ${refusal.queue}`;
    case 'TaskExists':
      return `Task #${refusal.taskId} is in queue ${refusal.queue} already, and is another`;
    case 'ReassignBlocked':
      return `Task #${refusal.taskId} is assigned to ${refusal.assignedTo}, not to ${refusal.agent}`;
    case 'AlreadyComplete':
      return `Task #${refusal.taskId} was completed already by ${refusal.by}`;
    case 'DependencyNotMet':
      return `Task #${refusal.taskId} depends on ${refusal.open.map((id) => `#${id}`).join(', ')}, not completed yet`;
    case 'DependencyCycle':
      return `Task #${refusal.taskId} would depend on itself: ${refusal.path.map((id) => `#${id}`).join(' -> ')}`;
    case 'WaitingForRetry':
      return `Task #${refusal.taskId} has failed ${counted(refusal.failures, 'time')} and waits for its next try`;
    case 'PoisonedTask':
      return `Task #${refusal.taskId} has failed ${counted(refusal.failures, 'time')} and is not tried again: requeue it`;
    case 'TaskInProgress':
      return `Task #${refusal.taskId} is being worked on by ${refusal.agent}`;
    case 'NotClaimed':
      return `Task #${refusal.taskId} was never claimed under token ${refusal.token}`;
    case 'StaleClaim':
      return `token ${refusal.token} for Task #${refusal.taskId} is not the one that it was last claimed under`;
    case 'NoOtherAgent':
      return `no other agent is registered that could take Task #${refusal.taskId}`;
    case 'UnreadableTask':
      return `Task #${refusal.taskId} cannot be read: ${refusal.message}`;
    case 'UnregisteredAgent':
      return `Agent ${refusal.agent} is not registered`;
    case 'UnreadableQueue':
      return refusal.line === null
        ? `not a task queue: ${refusal.message}`
        : `not JSON: ${refusal.message} (line ${refusal.line}, column ${refusal.column})`;
    default:
      return refusal satisfies never;
  }
}
