import {
  agentTaskRefusalText,
  isAgentTaskRefusal,
  refusalWord,
  type AgentTaskRefusal,
} from '../../domain/agent-task/refusals.js';
import { containerRefusalText, isContainerRefusal, type ContainerRefusal } from '../../domain/container/refusals.js';
import { flowRefusalText, isFlowRefusal, type FlowRefusal } from '../../domain/flow/refusals.js';
import { InvalidId } from '../../domain/ids.js';
import type { Holder } from '../../domain/lease/events.js';
import { leaseRefusalText, type LeaseRefusal } from '../../domain/lease/refusals.js';
import { flightRefusalText, isFlightRefusal, type FlightRefusal } from '../../application/flights/flight.js';
import type { Explanation } from '../../application/custody/explain-lease.js';
import { TooContended } from '../../application/decide-and-append.js';
import { AppendTooLarge, OutcomeUnknown, StoreFull, StoreUnavailable } from '../../application/ports/event-store.js';
import { EraChanged, GameRefused, GameUnavailable } from '../../application/ports/game.js';
import { DatabaseUnavailable } from '../../application/ports/views.js';
import { AsOfAhead, type NotThereYet } from '../../application/queries/view-answer.js';
import { explanationBody } from './leases/explanation-body.js';
import { ProblemError } from './edge/problem.js';

type Kind = readonly [status: number, code: string, title: string, retryable?: boolean];
export type Refusal = LeaseRefusal | ContainerRefusal | FlightRefusal | FlowRefusal | AgentTaskRefusal;

/** Every reason for which the house says no, and how HTTP says it. */
export const refusalProblems = {
  HeldByAnother: [409, 'lease-held', 'Another holder has the lease'],
  ReservedByOperator: [409, 'lease-reserved', 'An operator has reserved it'],
  NotFreeYet: [409, 'lease-not-free-yet', 'Something the last holder began may still land', true],
  Laden: [409, 'lease-laden', 'The ship still owes something'],
  StaleToken: [409, 'stale-token', 'The token is not the one in force'],
  NeverHeld: [404, 'unknown-lease', 'Nobody has ever held it'],
  OtherProcess: [409, 'other-process', 'The holder named another process, or none'],
  NotProvenDead: [409, 'not-proven-dead', 'The process is not proven to be dead'],
  WorkUnfinished: [409, 'work-unfinished', 'The work under the lock is not finished'],
  UnknownEffect: [404, 'unknown-effect', 'There is no such open effect'],
  UnknownObligation: [404, 'unknown-obligation', 'There is no such open obligation'],
  IdTaken: [409, 'id-taken', 'The id stands for something else that is open'],
  DeadlinePassed: [422, 'deadline-passed', 'The deadline has passed'],
  AlreadyExists: [409, 'container-exists', 'There is such a container already'],
  UnknownContainer: [404, 'unknown-container', 'There is no such container'],
  UnknownContainerType: [422, 'unknown-container-type', 'This type of container is not known'],
  WrongStatus: [409, 'wrong-status', 'The container is not in a status that allows it'],
  NoRestartLeft: [409, 'no-restart-left', 'The container has used all its restarts'],
  BackingOff: [409, 'backing-off', 'The container waits before its next attempt', true],
  StaleAttempt: [409, 'stale-token', 'The token is not the one in force'],
  NoIterationLeft: [409, 'no-iteration-left', 'The container has done all its iterations'],
  PlayerMismatch: [409, 'player-mismatch', 'It belongs to another player'],
  UnknownFlow: [404, 'unknown-flow', 'There is no such flow'],
  FlowDiffers: [409, 'flow-differs', 'The flow was declared otherwise'],
  UnknownPhase: [404, 'unknown-phase', 'The flow has no such phase'],
  PhaseMismatch: [409, 'phase-mismatch', 'Another phase is due'],
  FlowIsPaused: [409, 'flow-paused', 'The flow is paused'],
  FlowHasFailed: [409, 'flow-failed', 'The flow has failed'],
  FlowIsOver: [409, 'flow-over', 'The flow is over'],
  StalePhase: [409, 'stale-token', 'The token is not the one in force'],
  PhaseDataTooLarge: [413, 'phase-data-too-large', 'It is more than is kept of a phase'],
  NothingFlown: [422, 'no-game', 'This server is linked to no game'],
  NoDaemon: [503, 'no-daemon', 'No daemon runs containers here'],
  ShipsOfAnother: [422, 'ships-of-another', 'The ships of another player are flown here'],
  UnknownOperation: [422, 'unknown-operation', 'Nobody here knows how to run it'],
  RetiredOperation: [422, 'retired-operation', 'It is not run any more'],
  UnfitOperation: [422, 'unfit-operation', 'It can never be run like this'],
  UnknownShip: [404, 'unknown-ship', 'The game has no such ship'],
  UnknownWaypoint: [422, 'unknown-waypoint', 'The system has no such waypoint'],
  UnknownTask: [404, 'unknown-task', 'There is no such task'],
  TaskExists: [409, 'task-exists', 'There is another task under that id'],
  ReassignBlocked: [409, 'reassign-blocked', 'The task is assigned to another agent'],
  AlreadyComplete: [409, 'already-complete', 'The task is completed'],
  DependencyNotMet: [409, 'dependency-not-met', 'Something that the task depends on is not completed'],
  DependencyCycle: [422, 'dependency-cycle', 'The task would depend on itself'],
  WaitingForRetry: [409, 'waiting-for-retry', 'The task waits for its next try', true],
  PoisonedTask: [409, 'task-poisoned', 'The task has failed too often'],
  TaskInProgress: [409, 'task-in-progress', 'Somebody works on the task'],
  NotClaimed: [409, 'task-not-claimed', 'The task was not claimed under that token'],
  StaleClaim: [409, 'stale-token', 'The token is not the one in force'],
  NoOtherAgent: [409, 'no-other-agent', 'Nobody else could take the task'],
  UnreadableTask: [409, 'json-error', 'What the log has of the task cannot be read'],
  UnregisteredAgent: [404, 'unregistered-agent', 'The agent is not registered'],
  UnreadableQueue: [422, 'json-error', 'The file is not a queue of tasks'],
} as const satisfies Readonly<Record<Refusal['type'], Kind>>;

const failureProblems = {
  NotThereYet: [503, 'view-behind', 'The view does not reflect that position yet', true],
  TooContended: [409, 'conflict', 'Too many others wrote at the same time', true],
  NotReady: [503, 'not-ready', 'The process cannot do its work', true],
  StoreUnavailable: [503, 'event-store-unavailable', 'The event store does not answer', true],
  StoreFull: [507, 'event-store-full', 'The event store has no room'],
  OutcomeUnknown: [504, 'outcome-unknown', 'It is not known whether it was done', true],
  DatabaseUnavailable: [503, 'views-unavailable', 'The views cannot be read at the moment', true],
  GameUnavailable: [503, 'game-unavailable', 'The game does not answer', true],
  GameRefused: [502, 'game-refused', 'The game refuses what it was asked for'],
  EraChanged: [503, 'era-changed', 'The universe of the game was reset'],
  NobodyNamed: [422, 'no-player', 'Neither a player nor an agent is named'],
  UnknownAgent: [404, 'unknown-agent', 'No player is registered under that agent'],
  UnknownShips: [404, 'unknown-ship', 'The game has no such ship'],
  NoGame: [422, 'no-game', 'This server is linked to no game'],
  UnknownSystem: [404, 'unknown-system', 'The system was never charted'],
  NothingToScout: [404, 'nothing-to-scout', 'There is no market to visit, or no ship that could'],
  AppendTooLarge: [413, 'append-too-large', 'What was to be written is too large for the log'],
  InvalidId: [422, 'symbol-format', 'A name does not have its form'],
  Unknown: [404, 'not-found', 'There is nothing at this address'],
  TooManyStreams: [503, 'too-many-streams', 'Too many clients follow the log', true],
  IdempotencyMismatch: [422, 'idempotency-mismatch', 'The key was used for another request'],
  IdempotencyKeyForm: [422, 'idempotency-key', 'The Idempotency-Key does not have its form'],
  TooMany: [422, 'too-many', 'The selection is larger than allowed'],
  AsOfAhead: [422, 'as-of-ahead', 'The log has not come that far'],
  UnreadableChart: [422, 'unreadable-chart', 'The body is not a chart of a system'],
} as const satisfies Readonly<Record<string, Kind>>;

interface More {
  readonly detail: string;
  readonly extensions?: Readonly<Record<string, unknown>>;
  readonly retryAfterMs?: number;
}

function problemOf([status, code, title, retryable = false]: Kind, more: More): ProblemError {
  const { detail, extensions, retryAfterMs } = more;
  return new ProblemError({
    status,
    code,
    title,
    detail,
    retryable,
    ...(extensions && { extensions }),
    ...(retryAfterMs !== undefined && { headers: { 'Retry-After': secondsOf(retryAfterMs) } }),
  });
}

/** `Retry-After` counts whole seconds; too early would only be refused again. */
function secondsOf(ms: number): string {
  return String(Math.max(1, Math.ceil(ms / 1_000)));
}

/** A failure of the catalogue above, in words for this case. */
export function failure(
  type: keyof typeof failureProblems,
  detail: string,
  more: Omit<More, 'detail'> = {},
): ProblemError {
  return problemOf(failureProblems[type], { detail, ...more });
}

export function neverCharted(system: string): ProblemError {
  return failure('UnknownSystem', `System ${system} was never charted: PUT its chart to /api/v1/systems/${system}`);
}

/** `why`: the explanation of the lease that the refusal is about, where it is about one. */
export function refusalProblem(refusal: Refusal, nowMs: number, why?: Explanation): ProblemError {
  const untilMs = retryFromMs(refusal);
  return problemOf(refusalProblems[refusal.type], {
    detail: textOf(refusal),
    extensions: { ...currentOf(refusal, why), ...taskExtensions(refusal), ...(why && { why: explanationBody(why) }) },
    ...(untilMs !== null && { retryAfterMs: untilMs - nowMs }),
  });
}

function textOf(refusal: Refusal): string {
  if (isFlightRefusal(refusal)) return flightRefusalText(refusal);
  if (isAgentTaskRefusal(refusal)) return agentTaskRefusalText(refusal);
  if (isContainerRefusal(refusal)) return containerRefusalText(refusal);
  return isFlowRefusal(refusal) ? flowRefusalText(refusal) : leaseRefusalText(refusal);
}

/** When it is worth asking again; null where time alone changes nothing. */
function retryFromMs(refusal: Refusal): number | null {
  if (refusal.type === 'NotFreeYet') return refusal.freeFromMs;
  if (refusal.type === 'BackingOff') return refusal.notBeforeMs;
  return refusal.type === 'WaitingForRetry' ? refusal.retryAtMs : null;
}

/** The word that scripts know it by, and what it is about. */
function taskExtensions(refusal: Refusal): Readonly<Record<string, unknown>> {
  if (!isAgentTaskRefusal(refusal)) return {};
  const { type: _type, ...about } = refusal;
  return { word: refusalWord(refusal), ...about };
}

interface Current {
  readonly currentHolder?: Holder;
  readonly currentToken?: number;
  readonly currentPhase?: string;
}

/** Who has it now, and by which token; or what is due instead. */
function currentOf(refusal: Refusal, why: Explanation | undefined): Current {
  if (refusal.type === 'PhaseMismatch') return { currentPhase: refusal.current };
  if ('currentToken' in refusal) return { currentToken: refusal.currentToken };
  const hold = 'hold' in refusal ? refusal.hold : why?.hold;
  return hold ? { currentHolder: hold.holder, currentToken: hold.token } : {};
}

export function notThereYet({ view, position, minPosition, waitedMs }: NotThereYet): ProblemError {
  const wanted = minPosition === null ? null : String(minPosition);
  const detail =
    wanted === null
      ? `View ${view} is being folded from the log and is at ${position}. Commands go on meanwhile.`
      : `View ${view} is at ${position}; ${wanted} was asked for and waited for.`;
  return failure('NotThereYet', detail, {
    extensions: { view, position: String(position), minPosition: wanted, waitedMs },
    retryAfterMs: 1_000,
  });
}

/** The problem that a known failure of the application stands for; undefined for one nobody foresaw. */
export function translate(error: unknown): ProblemError | undefined {
  if (error instanceof TooContended) {
    return failure('TooContended', 'Others wrote first again and again. Nothing was written.', { retryAfterMs: 1_000 });
  }
  if (error instanceof StoreUnavailable) {
    return failure('StoreUnavailable', 'Nothing was decided. Ask again.', { retryAfterMs: 1_000 });
  }
  if (error instanceof StoreFull) return failure('StoreFull', 'Nothing was written. Reads go on.');
  if (error instanceof OutcomeUnknown) {
    const detail = 'It may or may not have been written. Ask again with the same Idempotency-Key: it is done once.';
    return failure('OutcomeUnknown', detail, { extensions: { commandId: error.commandId } });
  }
  if (error instanceof DatabaseUnavailable) {
    return failure('DatabaseUnavailable', 'Commands are carried out all the same.', { retryAfterMs: 1_000 });
  }
  if (error instanceof GameUnavailable) return failure('GameUnavailable', error.message, { retryAfterMs: 5_000 });
  if (error instanceof GameRefused) {
    return failure('GameRefused', error.message, { extensions: { gameCode: error.code } });
  }
  if (error instanceof EraChanged) return failure('EraChanged', error.message);
  if (error instanceof AsOfAhead) return failure('AsOfAhead', error.message);
  if (error instanceof AppendTooLarge) return failure('AppendTooLarge', 'Nothing was written.');
  return error instanceof InvalidId ? failure('InvalidId', error.message) : undefined;
}
