import type { ContainerLines, KeptLine, Line, LinesAsked } from '../../application/ports/container-lines.js';
import type { Clock } from '../../application/ports/clock.js';
import { RowRefused, type Database } from '../../application/ports/views.js';

export interface LinesOptions {
  readonly intervalMs: number;
  /** Lines of one container that are kept: the newest. */
  readonly keptPerContainer: number;
  /** Lines waiting to be written; while PostgreSQL is away the oldest of more are dropped. */
  readonly waiting: number;
  /** The same text again within so long is counted, not written anew. */
  readonly foldMs: number;
  readonly longestText: number;
}

const defaults: LinesOptions = {
  intervalMs: 500,
  keptPerContainer: 1_000,
  waiting: 10_000,
  foldMs: 60_000,
  longestText: 4_096,
};

interface Waiting extends Line {
  count: number;
  readonly firstAtMs: number;
  lastAtMs: number;
}

interface StoredLine {
  readonly line_id: string;
  readonly container_id: string;
  readonly attempt: string;
  readonly level: Line['level'];
  readonly line_text: string;
  readonly said_count: string;
  readonly first_at: string;
  readonly last_at: string;
}

/** Lines in a table of their own, written in batches. What has not been written when the process dies is lost. */
export class PostgresContainerLines implements ContainerLines {
  readonly #options: LinesOptions;
  readonly #timer: NodeJS.Timeout;
  #waiting: Waiting[] = [];
  #writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly clock: Pick<Clock, 'nowMs'>,
    options: Partial<LinesOptions> = {},
  ) {
    this.#options = { ...defaults, ...options };
    this.#timer = setInterval(() => void this.flush().catch(() => undefined), this.#options.intervalMs).unref();
  }

  write({ text, ...line }: Line): void {
    const atMs = this.clock.nowMs();
    const said = textOf(text, this.#options.longestText);
    const last = this.#waiting.findLast(({ containerId }) => containerId === line.containerId);
    if (last && isSame(last, { ...line, text: said }) && atMs - last.lastAtMs <= this.#options.foldMs) {
      last.count += 1;
      last.lastAtMs = atMs;
      return;
    }
    this.#waiting.push({ ...line, text: said, count: 1, firstAtMs: atMs, lastAtMs: atMs });
    if (this.#waiting.length > this.#options.waiting) this.#waiting.shift();
  }

  async read({ containerId, levels, sinceMs, after, limit }: LinesAsked): Promise<readonly KeptLine[]> {
    await this.flush();
    const rows = await this.database.query<StoredLine>(
      `SELECT line_id, container_id, attempt, level, line_text, said_count, first_at, last_at FROM container_lines
       WHERE container_id = $1 AND ($2::text[] IS NULL OR level = ANY($2)) AND ($3::bigint IS NULL OR last_at >= $3)
         AND ($4::bigint IS NULL OR line_id > $4)
       ORDER BY line_id ${after === undefined ? 'DESC' : 'ASC'} LIMIT $5`,
      [containerId, levels ?? null, sinceMs ?? null, after?.toString() ?? null, limit],
    );
    const lines = rows.map(lineOf);
    return after === undefined ? lines.reverse() : lines;
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
    const batch = this.#waiting;
    if (batch.length === 0) return;
    this.#waiting = [];
    try {
      await this.database.transaction(async (session) => {
        for (const line of batch) await this.#put(session, line);
        await session.query(
          `DELETE FROM container_lines l USING unnest($1::text[]) AS c(id)
           WHERE l.container_id = c.id AND l.line_id <= (
             SELECT line_id FROM container_lines WHERE container_id = c.id ORDER BY line_id DESC OFFSET $2 LIMIT 1)`,
          [[...new Set(batch.map(({ containerId }) => containerId))], this.#options.keptPerContainer],
        );
      });
    } catch (error) {
      // What PostgreSQL will never take is dropped with its batch: lines may be lost, the others must go on.
      if (!(error instanceof RowRefused)) this.#waiting = [...batch, ...this.#waiting].slice(-this.#options.waiting);
      throw error;
    }
  }

  /** Goes on counting the newest line of its container where it says the same. */
  async #put(session: Pick<Database, 'query'>, line: Waiting): Promise<void> {
    const { containerId, attempt, level, text, count, firstAtMs, lastAtMs } = line;
    await session.query(
      `WITH folded AS (
         UPDATE container_lines SET said_count = said_count + $5, last_at = $7
         WHERE line_id = (SELECT max(line_id) FROM container_lines WHERE container_id = $1)
           AND attempt = $2 AND level = $3 AND line_text = $4 AND last_at >= $6 - $8
         RETURNING line_id)
       INSERT INTO container_lines (container_id, attempt, level, line_text, said_count, first_at, last_at)
       SELECT $1, $2, $3, $4, $5, $6, $7 WHERE NOT EXISTS (SELECT FROM folded)`,
      [containerId, attempt, level, text, count, firstAtMs, lastAtMs, this.#options.foldMs],
    );
  }
}

/** Without what PostgreSQL cannot hold. */
function textOf(text: string, longest: number): string {
  const plain = text.replace(/[\0\p{Surrogate}]/gu, '\ufffd');
  return plain.length > longest ? `${plain.slice(0, longest - 1).replace(/\p{Surrogate}$/u, '')}…` : plain;
}

function isSame(one: Line, other: Line): boolean {
  return one.attempt === other.attempt && one.level === other.level && one.text === other.text;
}

function lineOf(row: StoredLine): KeptLine {
  return {
    id: BigInt(row.line_id),
    containerId: row.container_id,
    attempt: Number(row.attempt),
    level: row.level,
    text: row.line_text,
    count: Number(row.said_count),
    firstAtMs: Number(row.first_at),
    lastAtMs: Number(row.last_at),
  };
}
