import type { JsonObject } from '../kernel/json.js';
import type { Asker, Holder } from '../lease/events.js';
import type { ReleaseReason } from '../lease/reasons.js';

/** What an agent's task is, from its queueing on. */
export interface AgentTaskDescription {
  readonly queue: string;
  readonly taskId: string;
  readonly title: string;
  /** The speciality that it asks for; null: any agent can do it. */
  readonly taskType: string | null;
  /** Tasks of the same queue that must be completed before. */
  readonly dependencies: readonly string[];
  /** The only agent that may claim it; null: any. */
  readonly assignedTo: string | null;
  /** The higher, the sooner. */
  readonly priority: number;
  /** What its author said of it, as it was given. */
  readonly estimates: JsonObject;
}

export const agentTaskStatuses = ['pending', 'in_progress', 'completed', 'failed', 'poisoned'] as const;
/** `failed`: it waits for its next try; `poisoned`: it has none left. */
export type AgentTaskStatus = (typeof agentTaskStatuses)[number];

/** Refused claims that are kept. */
export const keptRefusals = ['dependency_blocked', 'reassign_blocked'] as const;

/** Agents whose refused claims are kept until something else happens to the task. */
export const mostRefusedAgents = 16;

export interface RefusedClaim {
  readonly agent: string;
  readonly reason: (typeof keptRefusals)[number];
  /** Dependencies that were not completed. */
  readonly open: readonly string[];
  readonly assignedTo: string | null;
}

interface At {
  readonly queue: string;
  readonly taskId: string;
  readonly atMs: number;
}
interface UnderToken extends At {
  readonly token: number;
  readonly agent: string;
}
interface Failure {
  readonly errorType: string;
  readonly details: string;
  /** This one counted. */
  readonly failures: number;
}

/** Stored: names and fields are added to, never renamed or dropped. */
export type AgentTaskEvent =
  | ({ readonly type: 'TaskQueued' } & AgentTaskDescription & { readonly atMs: number })
  | ({
      readonly type: 'TaskClaimed';
      readonly holder: Holder;
      /** Failures before this claim: from 1 on it is a retry. */
      readonly failures: number;
    } & UnderToken)
  | ({ readonly type: 'TaskClaimRefused' } & RefusedClaim & At)
  | ({
      readonly type: 'TaskCompleted';
      readonly notes: string;
      /** As the agent says it, in its own words. */
      readonly actualTime: string | null;
    } & UnderToken)
  | ({ readonly type: 'TaskFailed'; readonly retryAtMs: number } & Failure & UnderToken)
  | ({ readonly type: 'TaskPoisoned' } & Failure & UnderToken)
  | ({ readonly type: 'TaskAbandoned'; readonly reason: ReleaseReason; readonly detail: string } & UnderToken)
  | ({ readonly type: 'TaskRequeued'; readonly reason: string; readonly by: Asker } & At)
  | ({
      readonly type: 'TaskReassigned';
      /** Null: any agent may claim it from now on. */
      readonly agent: string | null;
      readonly from: string | null;
      readonly why: string;
      readonly by: Asker;
    } & At)
  | ({ readonly type: 'TaskChapterOpened'; readonly state: AgentTaskSnapshot } & At);

export interface TaskClaim {
  readonly token: number;
  readonly holder: Holder;
  readonly agent: string;
  readonly sinceMs: number;
}

export interface AgentTaskSnapshot extends AgentTaskDescription {
  readonly status: AgentTaskStatus;
  /** The newest token that it was ever claimed under. */
  readonly lastToken: number;
  /** Null while nobody works on it. */
  readonly claim: TaskClaim | null;
  /** Since it was queued, requeued or last succeeded. */
  readonly failures: number;
  readonly failedBy: readonly string[];
  readonly lastFailure: {
    readonly agent: string;
    readonly errorType: string;
    readonly details: string;
    readonly atMs: number;
  } | null;
  /** Set while it waits for its next try. */
  readonly retryAtMs: number | null;
  readonly completion: {
    /** 0: it was completed elsewhere, before it was imported. */
    readonly token: number;
    readonly agent: string;
    readonly notes: string;
    readonly actualTime: string | null;
    readonly atMs: number;
  } | null;
  /** The newest refused claim, while nothing else has happened since. */
  readonly lastRefusal: RefusedClaim | null;
  /** The newest one of each other agent, in the same while; absent: there is none. */
  readonly earlierRefusals?: readonly RefusedClaim[];
  readonly queuedAtMs: number;
  readonly updatedAtMs: number;
}
