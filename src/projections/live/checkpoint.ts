import type { Connection } from '../../application/ports/views.js';
import type { View } from '../view.js';

export interface Checkpoint {
  readonly view: string;
  readonly epoch: number;
  /** Everything up to it is in the rows; null: nothing was projected yet. */
  readonly position: bigint | null;
  /** Nothing that concerns the view lies between `position` and this one. Only for readers: no commit builds on it. */
  readonly level: bigint | null;
  /** Id of the log's first event: two logs never share one. Null while there is none. */
  readonly logId: string | null;
  /** When the projector last knew that nothing was missing, by its own clock. */
  readonly currentAtMs: number | null;
  /** The rows have been level with the log once; before that they lack what is not folded yet. */
  readonly complete: boolean;
}

interface StoredCheckpoint {
  readonly view: string;
  readonly epoch: string;
  readonly position: string | null;
  readonly level: string | null;
  readonly log_id: string | null;
  readonly current_at: Date | null;
  readonly complete: boolean;
}

const columns = 'view, epoch, position, level, log_id, current_at, complete';

const bigintOf = (text: string | null): bigint | null => (text === null ? null : BigInt(text));

function checkpointOf(stored: StoredCheckpoint): Checkpoint {
  const { view, epoch, position, level, log_id, current_at, complete } = stored;
  return {
    view,
    epoch: Number(epoch),
    position: bigintOf(position),
    level: bigintOf(level),
    logId: log_id,
    currentAtMs: current_at?.getTime() ?? null,
    complete,
  };
}

/** The commit came too late: somebody has taken the view over since. Nothing was written. */
export class EpochPassed extends Error {
  override readonly name = 'EpochPassed';
  constructor(view: string, epoch: number) {
    super(`epoch ${epoch} of view ${view} is over: another projector or a rebuild has taken the view`);
  }
}

/** Makes every commit under an older epoch impossible, and says where to go on. */
export async function takeEpoch(connection: Connection, { name }: View): Promise<Checkpoint> {
  const [stored] = await connection.query<StoredCheckpoint>(
    `INSERT INTO projection_checkpoints AS c (view, epoch) VALUES ($1, 1)
     ON CONFLICT (view) DO UPDATE SET epoch = c.epoch + 1, level = NULL RETURNING ${columns}`,
    [name],
  );
  if (!stored) throw new Error(`no checkpoint of view ${name}`);
  return checkpointOf(stored);
}

export async function readCheckpoints(connection: Connection): Promise<readonly Checkpoint[]> {
  const stored = await connection.query<StoredCheckpoint>(
    `SELECT ${columns} FROM projection_checkpoints ORDER BY view`,
  );
  return stored.map(checkpointOf);
}

/** Holds the view still until the transaction ends: no projector can commit. */
export async function lockCheckpoint(connection: Connection, { name }: View): Promise<Checkpoint> {
  await connection.query('INSERT INTO projection_checkpoints (view, epoch) VALUES ($1, 0) ON CONFLICT DO NOTHING', [
    name,
  ]);
  const [stored] = await connection.query<StoredCheckpoint>(
    `SELECT ${columns} FROM projection_checkpoints WHERE view = $1 FOR UPDATE`,
    [name],
  );
  if (!stored) throw new Error(`no checkpoint of view ${name}`);
  return checkpointOf(stored);
}

/** The position that the rows reflect. */
export function reachedBy({ position, level }: Pick<Checkpoint, 'position' | 'level'>): bigint | null {
  return level !== null && (position === null || level > position) ? level : position;
}

const asLeft = 'view = $1 AND epoch = $2 AND position IS NOT DISTINCT FROM $3::bigint';
const left = ({ view, epoch, position }: Checkpoint) => [view, epoch, position === null ? null : String(position)];

/**
 * Moves a checkpoint that stands exactly where the mover left it, in the mover's epoch.
 * @throws EpochPassed when it does not: the rows belong to somebody else
 */
export async function moveCheckpoint(connection: Connection, from: Checkpoint, to: bigint): Promise<Checkpoint> {
  const [stored] = await connection.query<StoredCheckpoint>(
    `UPDATE projection_checkpoints SET position = $4, log_id = $5 WHERE ${asLeft} RETURNING ${columns}`,
    [...left(from), String(to), from.logId],
  );
  if (!stored) throw new EpochPassed(from.view, from.epoch);
  return checkpointOf(stored);
}

/**
 * Records that nothing up to `level` is missing.
 * @param currentAtMs when `level` was the head of the log, by the projector's clock; null when it was not
 */
export async function markLevel(
  connection: Connection,
  from: Checkpoint,
  level: bigint,
  currentAtMs: number | null,
): Promise<Checkpoint> {
  const [stored] = await connection.query<StoredCheckpoint>(
    `UPDATE projection_checkpoints SET level = $4, current_at = COALESCE($5, current_at), complete = complete OR $5 IS NOT NULL
     WHERE ${asLeft} RETURNING ${columns}`,
    [...left(from), String(level), currentAtMs === null ? null : new Date(currentAtMs).toISOString()],
  );
  if (!stored) throw new EpochPassed(from.view, from.epoch);
  return checkpointOf(stored);
}

/** Records that the rows have been level with the log once: from now on they are read. */
export async function markComplete(connection: Connection, from: Checkpoint): Promise<Checkpoint> {
  const [stored] = await connection.query<StoredCheckpoint>(
    `UPDATE projection_checkpoints SET complete = TRUE WHERE ${asLeft} RETURNING ${columns}`,
    left(from),
  );
  if (!stored) throw new EpochPassed(from.view, from.epoch);
  return checkpointOf(stored);
}

/** Replaces a locked checkpoint whatever it was, and ends its epoch: after a rebuild, which has the rows to go with it. */
export async function replaceCheckpoint(
  connection: Connection,
  { name }: View,
  { to, logId }: { readonly to: bigint | null; readonly logId: string | null },
): Promise<void> {
  await connection.query(
    `UPDATE projection_checkpoints
     SET epoch = epoch + 1, position = $2, level = NULL, log_id = $3, current_at = NULL WHERE view = $1`,
    [name, to === null ? null : String(to), logId],
  );
}
