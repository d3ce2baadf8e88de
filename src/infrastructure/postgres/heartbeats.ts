import type { Heartbeat, Heartbeats } from '../../application/ports/heartbeats.js';
import { RowRefused, type Database } from '../../application/ports/views.js';
import type { Json } from '../../domain/kernel/json.js';

interface StoredHeartbeat {
  readonly subject: string;
  readonly attempt: string;
  readonly token: string;
  readonly sequence: string;
  readonly beat_cursor: Json;
  readonly quiet_until: string | null;
  readonly beat_at: string;
}

const defaultIntervalMs = 1_000;

/** Heartbeats in an unlogged table: gone after a crash of PostgreSQL, which costs a wait and nothing else. */
export class PostgresHeartbeats implements Heartbeats {
  readonly #unwritten = new Map<string, Heartbeat>();
  readonly #forgotten = new Set<string>();
  readonly #timer: NodeJS.Timeout;
  #writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: Database,
    intervalMs = defaultIntervalMs,
  ) {
    this.#timer = setInterval(() => void this.flush().catch(() => undefined), intervalMs).unref();
  }

  record(heartbeat: Heartbeat): void {
    const known = this.#unwritten.get(heartbeat.subject);
    if (known && !isNewer(heartbeat, known)) return;
    this.#unwritten.set(heartbeat.subject, heartbeat);
    this.#forgotten.delete(heartbeat.subject);
  }

  async latest(): Promise<readonly Heartbeat[]> {
    const stored = await this.database.query<StoredHeartbeat>('SELECT * FROM heartbeats ORDER BY subject');
    const heartbeats = new Map(stored.map((row) => [row.subject, heartbeatOf(row)]));
    for (const subject of this.#forgotten) heartbeats.delete(subject);
    for (const heartbeat of this.#unwritten.values()) {
      const known = heartbeats.get(heartbeat.subject);
      if (!known || isNewer(heartbeat, known)) heartbeats.set(heartbeat.subject, heartbeat);
    }
    return [...heartbeats.values()];
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
    const heartbeats = [...this.#unwritten.values()];
    if (forgotten.length > 0) await this.database.query('DELETE FROM heartbeats WHERE subject = ANY($1)', [forgotten]);
    for (const subject of forgotten) this.#forgotten.delete(subject);
    if (heartbeats.length > 0) await this.#upsertOrDrop(heartbeats);
    for (const heartbeat of heartbeats) {
      if (this.#unwritten.get(heartbeat.subject) === heartbeat) this.#unwritten.delete(heartbeat.subject);
    }
  }

  /** One that PostgreSQL will never take must not hold up the others. */
  async #upsertOrDrop(heartbeats: readonly Heartbeat[]): Promise<void> {
    try {
      await this.#upsert(heartbeats);
    } catch (error) {
      if (!(error instanceof RowRefused)) throw error;
      if (heartbeats.length > 1) for (const heartbeat of heartbeats) await this.#upsertOrDrop([heartbeat]);
    }
  }

  async #upsert(heartbeats: readonly Heartbeat[]): Promise<void> {
    const rows = heartbeats.map(({ cursor, quietUntilMs, atMs, ...rest }) => ({
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

function isNewer(one: Heartbeat, other: Heartbeat): boolean {
  return one.token > other.token || (one.token === other.token && one.sequence > other.sequence);
}

function heartbeatOf(row: StoredHeartbeat): Heartbeat {
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
