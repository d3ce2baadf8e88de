import type { RecordedEvent } from '../../application/ports/event-store.js';
import type { Connection } from '../../application/ports/views.js';
import type { ParkedStream } from '../../application/queries/projections.js';
import type { View } from '../view.js';

interface StoredParked {
  readonly view: string;
  readonly stream: string;
  readonly revision: string;
  readonly position: string;
  readonly event_id: string;
  readonly event_type: string;
  readonly reason: string;
  readonly recorded_at: Date;
  readonly passed_over: string;
}

const longestReason = 500;

/** The record of a stream that stops at this event. What PostgreSQL could not hold is shown as U+FFFD. */
export function parkedAt(view: View, recorded: RecordedEvent, cause: unknown): ParkedStream {
  return {
    view: view.name,
    stream: recorded.stream,
    revision: recorded.revision,
    position: recorded.position,
    eventId: showable(recorded.id),
    eventType: showable(recorded.type),
    reason: showable(reasonOf(cause)).slice(0, longestReason),
    recordedAtMs: recorded.createdMs,
    passedOver: 0,
  };
}

function reasonOf(cause: unknown): string {
  const { name, message } = cause as { name?: unknown; message?: unknown };
  return typeof message === 'string' ? `${typeof name === 'string' ? name : 'Error'}: ${message}` : String(cause);
}

const showable = (text: string): string => text.replace(/\0|\p{Surrogate}/gu, '\ufffd');

export async function readParked(connection: Connection, view?: string): Promise<readonly ParkedStream[]> {
  const stored = await connection.query<StoredParked>(
    `SELECT view, stream, revision, position, event_id, event_type, reason, recorded_at, passed_over
     FROM projection_parked WHERE $1::text IS NULL OR view = $1 ORDER BY view, position`,
    [view ?? null],
  );
  return stored.map((row) => ({
    view: row.view,
    stream: row.stream,
    revision: BigInt(row.revision),
    position: BigInt(row.position),
    eventId: row.event_id,
    eventType: row.event_type,
    reason: row.reason,
    recordedAtMs: row.recorded_at.getTime(),
    passedOver: Number(row.passed_over),
  }));
}

/** Adds new ones; of those known already only the count grows. */
export async function writeParked(connection: Connection, parked: readonly ParkedStream[]): Promise<void> {
  if (parked.length === 0) return;
  const rows = parked.map((each) => ({
    view: each.view,
    stream: showable(each.stream),
    revision: String(each.revision),
    position: String(each.position),
    event_id: each.eventId,
    event_type: each.eventType,
    reason: each.reason,
    recorded_at: new Date(each.recordedAtMs).toISOString(),
    passed_over: each.passedOver,
  }));
  await connection.query(
    `INSERT INTO projection_parked AS p
     SELECT * FROM json_to_recordset($1::json) AS r(view text, stream text, revision bigint, position bigint,
       event_id text, event_type text, reason text, recorded_at timestamptz, passed_over bigint)
     ON CONFLICT (view, stream) DO UPDATE SET passed_over = EXCLUDED.passed_over`,
    [JSON.stringify(rows)],
  );
}

export async function replaceParked(
  connection: Connection,
  view: View,
  parked: readonly ParkedStream[],
): Promise<void> {
  await connection.query('DELETE FROM projection_parked WHERE view = $1', [view.name]);
  await writeParked(connection, parked);
}
