import type { JsonObject } from '../kernel/json.js';

export const restartPolicies = ['no', 'on-failure', 'always', 'unless-stopped'] as const;
export type RestartPolicy = (typeof restartPolicies)[number];

/** Who runs a container: a worker that speaks HTTP, or a daemon, in its own process. */
export const runners = ['external', 'daemon'] as const;
export type Runner = (typeof runners)[number];

/** What a container is, from its creation on. */
export interface ContainerDescription {
  readonly containerId: string;
  readonly player: number;
  readonly containerType: string;
  readonly commandType: string;
  /** As the caller gave it, copied. */
  readonly config: JsonObject;
  readonly metadata: JsonObject;
  /** The ships it holds while it lives; the first one's token is the container's. */
  readonly ships: readonly string[];
  /** -1: until stopped. */
  readonly maxIterations: number;
  readonly restartPolicy: RestartPolicy;
  readonly maxRestarts: number;
  readonly parentId: string | null;
  /** Absent: external. */
  readonly runner?: Runner;
}

/** One ship of the container and the token its present attempt holds it by. */
export interface AdoptedLease {
  readonly ship: string;
  readonly token: number;
}

/** Ends of the daemon that ran a container, in a row, without a sign of work from the container in between. */
export interface Crashes {
  readonly inARow: number;
  /** Those of them in which it was the only one on probation. */
  readonly alone: number;
  /** How many were on probation together, itself included, when that last ended its daemon; absent: it never was. */
  readonly among?: number;
  /** How many are on probation together in this attempt, itself included; absent: it is not on probation. */
  readonly company?: number;
}

interface At {
  readonly containerId: string;
  readonly atMs: number;
}
interface InAttempt extends At {
  readonly attempt: number;
}

/** Stored: names and fields are added to, never renamed or dropped. */
export type ContainerEvent =
  | ({ readonly type: 'ContainerCreated' } & ContainerDescription & { readonly atMs: number })
  | ({ readonly type: 'ContainerStarting' } & InAttempt)
  | ({
      readonly type: 'ContainerStarted';
      readonly leases: readonly AdoptedLease[];
      /** The daemon that runs this attempt; absent: a worker does, or no daemon has taken it yet. */
      readonly daemon?: string;
      /** Absent: nothing speaks against it. */
      readonly crashes?: Omit<Crashes, 'company'>;
    } & InAttempt)
  | ({ readonly type: 'ContainerProbationBegun'; readonly company: number } & InAttempt)
  | ({ readonly type: 'ContainerProbationPassed' } & InAttempt)
  | ({ readonly type: 'ContainerMarketVisited'; readonly waypoint: string } & InAttempt)
  | ({
      readonly type: 'ContainerIterationCompleted';
      readonly iteration: number;
      /** The markets of this iteration in the order they were visited. */
      readonly visited: readonly string[];
      readonly report: JsonObject;
    } & InAttempt)
  | ({ readonly type: 'ContainerMetadataSet'; readonly entries: JsonObject } & At)
  | ({
      readonly type: 'ContainerAttemptEnded';
      readonly outcome: 'failed' | 'completed';
      readonly error: string;
      readonly restartCount: number;
      readonly notBeforeMs: number;
    } & InAttempt)
  | ({ readonly type: 'ContainerCompleted'; readonly exitCode: 0 } & InAttempt)
  | ({
      readonly type: 'ContainerFailed';
      readonly error: string;
      readonly exitReason: string;
      readonly exitCode: 1;
    } & InAttempt)
  | ({ readonly type: 'ContainerStopRequested'; readonly reason: string } & InAttempt)
  | ({ readonly type: 'ContainerStopped'; readonly exitReason: string } & InAttempt)
  | ({ readonly type: 'ContainerInterrupted'; readonly reason: string } & InAttempt)
  | ({ readonly type: 'ContainerReset'; readonly restartCount: number } & At)
  | ({ readonly type: 'ContainerRemoved' } & At)
  | ({ readonly type: 'ContainerChapterOpened'; readonly state: ContainerSnapshot } & At);

export const containerStatuses = [
  'PENDING',
  'STARTING',
  'RUNNING',
  'STOPPING',
  'STOPPED',
  'COMPLETED',
  'FAILED',
  'INTERRUPTED',
] as const;
export type ContainerStatus = (typeof containerStatuses)[number];

export interface Lap {
  readonly order: readonly string[];
  readonly completedAtMs: number;
}

export interface ContainerSnapshot extends ContainerDescription {
  readonly status: ContainerStatus;
  /** 0 before the first start. */
  readonly attempt: number;
  readonly leases: readonly AdoptedLease[];
  readonly iteration: number;
  readonly restartCount: number;
  /** Which daemon runs the present attempt, where one does. */
  readonly daemon?: string;
  readonly crashes?: Crashes;
  /** Set while the attempt has ended and the next one is due; the container as a whole goes on. */
  readonly backOff: { readonly notBeforeMs: number; readonly error: string } | null;
  readonly progress: { readonly visited: readonly string[]; readonly lastLap: Lap | null };
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly startedAtMs: number | null;
  readonly attemptStartedAtMs: number | null;
  readonly iterationInAttempt: number;
  readonly stoppedAtMs: number | null;
  readonly lastError: string | null;
  readonly exitCode: number | null;
  readonly exitReason: string | null;
  readonly stopReason: string | null;
  readonly removed: boolean;
}
