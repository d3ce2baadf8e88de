import { container, containerStream, containerToken } from '../../domain/container/container.js';
import type {
  AdoptedLease,
  ContainerEvent,
  ContainerSnapshot,
  ContainerStatus,
  RestartPolicy,
  Runner,
} from '../../domain/container/events.js';
import type { JsonObject } from '../../domain/kernel/json.js';
import { paramsOf } from '../../domain/system/tour.js';
import { table } from '../rows/table.js';
import { Misplaced, type Fact } from '../view.js';

/** The container a row was made from, so that the next event of a batch need not read the row's JSON again. */
const made = Symbol('made');

/** Column names of the bot's database first, ours after them. */
export type ContainerTableRow = {
  readonly [made]?: ContainerSnapshot;
  readonly container_id: string;
  readonly player_id: number;
  readonly container_type: string;
  readonly command_type: string;
  readonly status: string;
  readonly restart_policy: string;
  readonly restart_count: number;
  readonly config: string;
  readonly parent_container_id: string | null;
  readonly started_at: number | null;
  readonly stopped_at: number | null;
  readonly exit_code: number | null;
  readonly exit_reason: string | null;
  readonly max_restarts: number;
  readonly attempt: number;
  readonly token: number;
  readonly iteration: number;
  readonly max_iterations: number;
  readonly metadata: string;
  readonly ships: string;
  readonly leases: string;
  readonly back_off_until: number | null;
  readonly back_off_error: string | null;
  readonly last_error: string | null;
  readonly stop_reason: string | null;
  readonly attempt_started_at: number | null;
  readonly iteration_in_attempt: number;
  readonly created_at: number;
  readonly updated_at: number;
  readonly revision: string;
  readonly position: string;
  /** Null: external. */
  readonly runner: string | null;
  readonly daemon: string | null;
};

export const containers = table<ContainerTableRow>({
  name: 'containers',
  key: ['container_id'],
  columns: {
    container_id: 'text',
    player_id: 'integer',
    container_type: 'text',
    command_type: 'text',
    status: 'text',
    restart_policy: 'text',
    restart_count: 'bigint',
    config: 'json',
    parent_container_id: 'text',
    started_at: 'time',
    stopped_at: 'time',
    exit_code: 'integer',
    exit_reason: 'text',
    max_restarts: 'bigint',
    attempt: 'bigint',
    token: 'bigint',
    iteration: 'bigint',
    max_iterations: 'bigint',
    metadata: 'json',
    ships: 'json',
    leases: 'json',
    back_off_until: 'time',
    back_off_error: 'text',
    last_error: 'text',
    stop_reason: 'text',
    attempt_started_at: 'time',
    iteration_in_attempt: 'bigint',
    created_at: 'time',
    updated_at: 'time',
    revision: 'position',
    position: 'position',
    runner: 'text',
    daemon: 'text',
  },
});

const noProgress: ContainerSnapshot['progress'] = { visited: [], lastLap: null };

/** Undefined: the container was removed. Tour progress, and with it a visit, stands in a table of its own. */
export function evolveContainer(
  row: ContainerTableRow | undefined,
  event: ContainerEvent,
  fact: Fact,
): ContainerTableRow | undefined {
  if (fact.stream !== containerStream(event.containerId)) {
    throw new Misplaced(`${fact.stream} holds an event of another container`);
  }
  const marks = { updated_at: event.atMs, revision: String(fact.revision), position: String(fact.position) };
  if (row && event.type === 'ContainerMarketVisited') return { ...row, ...marks };
  const before = row ? (row[made] ?? snapshotOf(row)) : null;
  const next = container.evolve(before, event);
  if (!next) throw new Misplaced(`${fact.stream} holds nothing after ${event.type}`);
  if (next.removed) return undefined;
  const described = event.type === 'ContainerCreated' || event.type === 'ContainerChapterOpened';
  const text = (part: 'metadata' | 'ships' | 'leases'): string =>
    row && before?.[part] === next[part] ? row[part] : JSON.stringify(next[part]);
  return {
    [made]: { ...next, config: {}, progress: noProgress },
    container_id: next.containerId,
    player_id: next.player,
    container_type: next.containerType,
    command_type: next.commandType,
    status: next.status,
    restart_policy: next.restartPolicy,
    restart_count: next.restartCount,
    config: row && !described ? row.config : JSON.stringify(readableConfig(next)),
    parent_container_id: next.parentId,
    started_at: next.startedAtMs,
    stopped_at: next.stoppedAtMs,
    exit_code: next.exitCode,
    exit_reason: next.exitReason,
    max_restarts: next.maxRestarts,
    attempt: next.attempt,
    token: containerToken(next),
    iteration: next.iteration,
    max_iterations: next.maxIterations,
    metadata: text('metadata'),
    ships: text('ships'),
    leases: text('leases'),
    back_off_until: next.backOff?.notBeforeMs ?? null,
    back_off_error: next.backOff?.error ?? null,
    last_error: next.lastError,
    stop_reason: next.stopReason,
    attempt_started_at: next.attemptStartedAtMs,
    iteration_in_attempt: next.iterationInAttempt,
    created_at: next.createdAtMs,
    ...marks,
    runner: next.runner ?? null,
    daemon: next.daemon ?? null,
  };
}

/** The caller's config with the two keys that the bot's own SQL reads. */
function readableConfig({ config, commandType }: ContainerSnapshot): JsonObject {
  return { ...config, command_type: commandType, params: paramsOf(config) };
}

/** The container as the domain knows it, without progress. `config` is left unread: no event changes it. */
function snapshotOf(row: ContainerTableRow): ContainerSnapshot {
  return { ...everythingButConfig(row), config: {} };
}

/** As `snapshotOf`, with the config. */
export function wholeSnapshotOf(row: ContainerTableRow): ContainerSnapshot {
  return { ...everythingButConfig(row), config: JSON.parse(row.config) as JsonObject };
}

function everythingButConfig(row: ContainerTableRow): Omit<ContainerSnapshot, 'config'> {
  return {
    containerId: row.container_id,
    player: row.player_id,
    containerType: row.container_type,
    commandType: row.command_type,
    metadata: JSON.parse(row.metadata) as JsonObject,
    ships: JSON.parse(row.ships) as string[],
    maxIterations: row.max_iterations,
    restartPolicy: row.restart_policy as RestartPolicy,
    maxRestarts: row.max_restarts,
    parentId: row.parent_container_id,
    ...(row.runner !== null && { runner: row.runner as Runner }),
    ...(row.daemon !== null && { daemon: row.daemon }),
    status: row.status as ContainerStatus,
    attempt: row.attempt,
    leases: JSON.parse(row.leases) as AdoptedLease[],
    iteration: row.iteration,
    restartCount: row.restart_count,
    backOff: row.back_off_until === null ? null : { notBeforeMs: row.back_off_until, error: row.back_off_error ?? '' },
    progress: noProgress,
    createdAtMs: row.created_at,
    updatedAtMs: row.updated_at,
    startedAtMs: row.started_at,
    attemptStartedAtMs: row.attempt_started_at,
    iterationInAttempt: row.iteration_in_attempt,
    stoppedAtMs: row.stopped_at,
    lastError: row.last_error,
    exitCode: row.exit_code,
    exitReason: row.exit_reason,
    stopReason: row.stop_reason,
    removed: false,
  };
}
