import type { Beat, Heartbeats } from '../../application/ports/heartbeats.js';
import { RowRefused, type Database } from '../../application/ports/views.js';
import type { Json } from '../../domain/kernel/json.js';

interface StoredBeat {
  readonly subject: string;
  readonly attempt: string;
  readonly token: string;
  readonly sequence: string;
  readonly beat_cursor: Json;
  readonly quiet_until: string | null;
  readonly beat_at: string;
}

const defaultIntervalMs = 1_000;

/** Beats in an unlogged table: gone after a crash of PostgreSQL, which costs a wait and nothing else. */
export class PostgresHeartbeats implements Heartbeats {
  readonly #unwritten = new Map<string, Beat>();
  readonly #forgotten = new Set<string>();
  readonly #timer: NodeJS.Timeout;
  #writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: Database,
    intervalMs = defaultIntervalMs,
  ) {
    this.#timer = setInterval(() => void this.flush().catch(() => undefined), intervalMs).unref();
  }

  beat(beat: Beat): void {
    const known = this.#unwritten.get(beat.subject);
    if (known && !isNewer(beat, known)) return;
    this.#unwritten.set(beat.subject, beat);
    this.#forgotten.delete(beat.subject);
  }

  async latest(): Promise<readonly Beat[]> {
    const stored = await this.database.query<StoredBeat>('SELECT * FROM heartbeats ORDER BY subject');
    const beats = new Map(stored.map((row) => [row.subject, beatOf(row)]));
    for (const subject of this.#forgotten) beats.delete(subject);
    for (const beat of this.#unwritten.values()) {
      const known = beats.get(beat.subject);
      if (!known || isNewer(beat, known)) beats.set(beat.subject, beat);
    }
    return [...beats.values()];
  }

  forget(subject: string): void {
    this.#unwritten.delete(subject);
    this.#forgotten.add(subject);
  }

  /** Writes what is waiting. Rejects with DatabaseUnavailable; what was waiting goes on waiting. */
  flush(): Promise<void> {
    const mine = this.#writing.then(() => this.#write());
    this.#writing = mine.catch(() => undefined);
    return mine;
  }

  /** Writes a last time, if PostgreSQL is there. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush().catch(() => undefined);
  }

  async #write(): Promise<void> {
    const forgotten = [...this.#forgotten];
    const beats = [...this.#unwritten.values()];
    if (forgotten.length > 0) await this.database.query('DELETE FROM heartbeats WHERE subject = ANY($1)', [forgotten]);
    for (const subject of forgotten) this.#forgotten.delete(subject);
    if (beats.length > 0) await this.#upsertOrDrop(beats);
    for (const beat of beats) {
      if (this.#unwritten.get(beat.subject) === beat) this.#unwritten.delete(beat.subject);
    }
  }

  /** A beat that PostgreSQL will never take must not hold up the others. */
  async #upsertOrDrop(beats: readonly Beat[]): Promise<void> {
    try {
      await this.#upsert(beats);
    } catch (error) {
      if (!(error instanceof RowRefused)) throw error;
      if (beats.length > 1) for (const beat of beats) await this.#upsertOrDrop([beat]);
    }
  }

  async #upsert(beats: readonly Beat[]): Promise<void> {
    const rows = beats.map(({ cursor, quietUntilMs, atMs, ...rest }) => ({
      ...rest,
      beat_cursor: cursor,
      quiet_until: quietUntilMs,
      beat_at: atMs,
    }));
    await this.database.query(
      `INSERT INTO heartbeats AS h
       SELECT subject, attempt, token, sequence, beat_cursor, quiet_until, beat_at
       FROM json_to_recordset($1::json) AS r(subject text, attempt bigint, token bigint, sequence bigint,
         beat_cursor json, quiet_until bigint, beat_at bigint)
       ON CONFLICT (subject) DO UPDATE SET attempt = EXCLUDED.attempt, token = EXCLUDED.token,
         sequence = EXCLUDED.sequence, beat_cursor = EXCLUDED.beat_cursor, quiet_until = EXCLUDED.quiet_until,
         beat_at = EXCLUDED.beat_at
       WHERE (EXCLUDED.token, EXCLUDED.sequence) > (h.token, h.sequence)`,
      [JSON.stringify(rows)],
    );
  }
}

function isNewer(one: Beat, other: Beat): boolean {
  return one.token > other.token || (one.token === other.token && one.sequence > other.sequence);
}

function beatOf(row: StoredBeat): Beat {
  return {
    subject: row.subject,
    attempt: Number(row.attempt),
    token: Number(row.token),
    sequence: Number(row.sequence),
    cursor: row.beat_cursor,
    quietUntilMs: row.quiet_until === null ? null : Number(row.quiet_until),
    atMs: Number(row.beat_at),
  };
}
