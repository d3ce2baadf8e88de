import type { Aggregate } from '../kernel/decider.js';
import type { ReleaseReason } from '../lease/reasons.js';
import { streamName } from '../streams.js';
import type { ContainerEvent, ContainerSnapshot, ContainerStatus } from './events.js';

/** Visits of one lap that are carried in the state; a lap longer than this keeps its newest. */
const visitsKept = 1_000;

/** Null before the container exists. */
export type ContainerState = ContainerSnapshot | null;

type EventOf<Type extends ContainerEvent['type']> = Extract<ContainerEvent, { readonly type: Type }>;

function created({ type: _type, atMs, ...description }: EventOf<'ContainerCreated'>): ContainerSnapshot {
  return {
    ...description,
    status: 'PENDING',
    attempt: 0,
    leases: [],
    iteration: 0,
    restartCount: 0,
    backOff: null,
    progress: { visited: [], lastLap: null },
    createdAtMs: atMs,
    updatedAtMs: atMs,
    startedAtMs: null,
    attemptStartedAtMs: null,
    iterationInAttempt: 0,
    stoppedAtMs: null,
    lastError: null,
    exitCode: null,
    exitReason: null,
    stopReason: null,
    removed: false,
  };
}

function ended(
  state: ContainerSnapshot,
  status: ContainerStatus,
  atMs: number,
  exit: Pick<ContainerSnapshot, 'exitCode' | 'exitReason'>,
): ContainerSnapshot {
  return { ...withoutCrashes(state), ...exit, status, backOff: null, stoppedAtMs: atMs };
}

function withoutCrashes({ crashes: _past, ...state }: ContainerSnapshot): ContainerSnapshot {
  return state;
}

function changed(
  state: ContainerSnapshot,
  event: Exclude<ContainerEvent, EventOf<'ContainerCreated' | 'ContainerChapterOpened'>>,
): ContainerSnapshot {
  switch (event.type) {
    case 'ContainerStarting':
      return {
        ...state,
        status: 'STARTING',
        attempt: event.attempt,
        backOff: null,
        startedAtMs: state.startedAtMs ?? event.atMs,
        stoppedAtMs: null,
        exitCode: null,
        exitReason: null,
        stopReason: null,
      };
    case 'ContainerStarted': {
      const { daemon: _before, ...rest } = withoutCrashes(state);
      return {
        ...rest,
        ...(event.daemon !== undefined && { daemon: event.daemon }),
        ...(event.crashes && { crashes: event.crashes }),
        status: 'RUNNING',
        attempt: event.attempt,
        leases: event.leases,
        backOff: null,
        startedAtMs: state.startedAtMs ?? event.atMs,
        attemptStartedAtMs: event.atMs,
        iterationInAttempt: 0,
        stoppedAtMs: null,
        exitCode: null,
        exitReason: null,
        stopReason: null,
      };
    }
    case 'ContainerProbationBegun':
      return { ...state, ...(state.crashes && { crashes: { ...state.crashes, company: event.company } }) };
    case 'ContainerProbationPassed':
      return withoutCrashes(state);
    case 'ContainerMarketVisited':
      return {
        ...withoutCrashes(state),
        progress: { ...state.progress, visited: [...state.progress.visited, event.waypoint].slice(-visitsKept) },
      };
    case 'ContainerIterationCompleted':
      return {
        ...withoutCrashes(state),
        iteration: event.iteration,
        iterationInAttempt: state.iterationInAttempt + 1,
        progress: { visited: [], lastLap: { order: event.visited, completedAtMs: event.atMs } },
      };
    case 'ContainerMetadataSet':
      return { ...state, metadata: { ...state.metadata, ...event.entries } };
    case 'ContainerAttemptEnded':
      return {
        ...withoutCrashes(state),
        restartCount: event.restartCount,
        backOff: { notBeforeMs: event.notBeforeMs, error: event.error },
        ...(event.outcome === 'failed' ? { lastError: event.error } : { iteration: 0 }),
      };
    case 'ContainerCompleted':
      return ended(state, 'COMPLETED', event.atMs, { exitCode: event.exitCode, exitReason: null });
    case 'ContainerFailed':
      return {
        ...ended(state, 'FAILED', event.atMs, { exitCode: event.exitCode, exitReason: event.exitReason }),
        lastError: event.error,
      };
    case 'ContainerStopRequested':
      return { ...state, status: 'STOPPING', stopReason: event.reason };
    case 'ContainerStopped':
      return ended(state, 'STOPPED', event.atMs, { exitCode: null, exitReason: event.exitReason });
    case 'ContainerInterrupted':
      return {
        ...(event.reason === 'daemon_shutdown' ? withoutCrashes(state) : state),
        status: 'INTERRUPTED',
        exitReason: event.reason,
      };
    case 'ContainerReset':
      return {
        ...state,
        status: 'PENDING',
        restartCount: event.restartCount,
        iteration: 0,
        progress: { visited: [], lastLap: state.progress.lastLap },
        lastError: null,
        startedAtMs: null,
        stoppedAtMs: null,
        exitCode: null,
        exitReason: null,
      };
    case 'ContainerRemoved':
      return { ...state, removed: true };
    default:
      return event satisfies never;
  }
}

function evolve(state: ContainerState, event: ContainerEvent): ContainerState {
  if (event.type === 'ContainerCreated') return created(event);
  if (event.type === 'ContainerChapterOpened') return event.state;
  if (!state) throw new Error(`a container's history cannot begin with ${event.type}`);
  return { ...changed(state, event), updatedAtMs: event.atMs };
}

/** One logical run of work with an id that people see; its attempts come and go. */
export const container: Aggregate<ContainerState, ContainerEvent> = {
  initial: null,
  evolve,
  opensChapter: ({ type }) => type === 'ContainerCreated' || type === 'ContainerChapterOpened',
  chapterOf: (state, atMs) =>
    state ? { type: 'ContainerChapterOpened', containerId: state.containerId, state, atMs } : undefined,
};

/** Stored name. Container ids have no dot rule of their own: the category ends at the first dash. */
export function containerStream(containerId: string): string {
  return streamName('container', containerId);
}

/** Statuses in which a container holds, or may come back to, its ships. */
export const liveStatuses: readonly ContainerStatus[] = ['PENDING', 'STARTING', 'RUNNING', 'STOPPING', 'INTERRUPTED'];

export function isLive({ status }: Pick<ContainerSnapshot, 'status'>): boolean {
  return liveStatuses.includes(status);
}

export function isFinished({ status }: Pick<ContainerSnapshot, 'status'>): boolean {
  return status === 'COMPLETED' || status === 'FAILED' || status === 'STOPPED';
}

export function isRunning({ status }: Pick<ContainerSnapshot, 'status'>): boolean {
  return status === 'RUNNING';
}

export function isStopping({ status }: Pick<ContainerSnapshot, 'status'>): boolean {
  return status === 'STOPPING';
}

/** Whether the loop has another turn. */
export function continues({ maxIterations, iteration }: ContainerSnapshot): boolean {
  return maxIterations === -1 || iteration < maxIterations;
}

export function mayRestart({ status, restartCount, maxRestarts }: ContainerSnapshot): boolean {
  return status === 'FAILED' && restartCount < maxRestarts;
}

export function isRunByDaemon({ runner }: Pick<ContainerSnapshot, 'runner'>): boolean {
  return runner === 'daemon';
}

/** The number that a holder proves itself by: its first ship's token, or the attempt where no ship is held. */
export function containerToken({ leases, attempt }: Pick<ContainerSnapshot, 'leases' | 'attempt'>): number {
  return leases[0]?.token ?? attempt;
}

/** Why the ships of an ended container are freed: from its outcome, never from a status that another path may have written. */
export function releaseReasonFor({ status }: Pick<ContainerSnapshot, 'status'>): ReleaseReason {
  if (status === 'COMPLETED') return 'completed';
  return status === 'FAILED' ? 'failed' : 'stopped';
}
