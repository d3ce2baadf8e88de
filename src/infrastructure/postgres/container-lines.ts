import type { ContainerLines, KeptLine, Line, LinesAsked } from '../../application/ports/container-lines.js';
import type { Clock } from '../../application/ports/clock.js';
import { RowRefused, type Database, type Connection } from '../../application/ports/views.js';

export interface LinesOptions {
  readonly intervalMs: number;
  /** Lines of one container that are kept: the newest. */
  readonly keptPerContainer: number;
  /** Lines waiting to be written; while PostgreSQL is away the oldest of more are dropped. */
  readonly waiting: number;
  /** The same text again within so long is counted, not written anew. */
  readonly foldMs: number;
  readonly longestText: number;
  /** A line that was not said again for so long is dropped. */
  readonly keptForMs: number;
}

const hourMs = 3_600_000;

const defaults: LinesOptions = {
  intervalMs: 500,
  keptPerContainer: 1_000,
  waiting: 10_000,
  foldMs: 60_000,
  longestText: 4_096,
  keptForMs: 14 * 86_400_000,
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
  #nextClearingMs = 0;
  #writing: Promise<void> = Promise.resolve();
  #flushes = 0;
  #dropped = 0;

  constructor(
    private readonly database: Database,
    private readonly clock: Pick<Clock, 'nowMs'>,
    options: Partial<LinesOptions> = {},
  ) {
    this.#options = { ...defaults, ...options };
    this.#timer = setInterval(() => this.#flushUnlessUnderWay(), this.#options.intervalMs).unref();
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
    this.#dropOldest();
  }

  async read({ containerId, levels, sinceMs, after, limit, offset = 0 }: LinesAsked): Promise<readonly KeptLine[]> {
    await this.flush();
    const rows = await this.database.query<StoredLine>(
      `SELECT line_id, container_id, attempt, level, line_text, said_count, first_at, last_at FROM container_lines
       WHERE container_id = $1 AND ($2::text[] IS NULL OR level = ANY($2)) AND ($3::bigint IS NULL OR last_at >= $3)
         AND ($4::bigint IS NULL OR line_id > $4 OR (line_id = $4 AND said_count > $5))
       ORDER BY line_id ${after ? 'ASC' : 'DESC'} LIMIT $6 OFFSET $7`,
      [containerId, levels ?? null, sinceMs ?? null, after?.id.toString() ?? null, after?.count ?? 0, limit, offset],
    );
    const lines = rows.map(lineOf);
    return after ? lines : lines.reverse();
  }

  async latest(): Promise<ReadonlyMap<string, number>> {
    await this.flush();
    const rows = await this.database.query<Pick<StoredLine, 'container_id' | 'last_at'>>(
      'SELECT container_id, max(last_at) AS last_at FROM container_lines GROUP BY container_id ORDER BY container_id',
    );
    return new Map(rows.map(({ container_id, last_at }) => [container_id, Number(last_at)]));
  }

  /** Writes what is waiting. Rejects with DatabaseUnavailable; what was waiting goes on waiting. */
  flush(): Promise<void> {
    this.#flushes += 1;
    const mine = this.#writing.then(() => this.#write()).finally(() => (this.#flushes -= 1));
    this.#writing = mine.catch(() => undefined);
    return mine;
  }

  /** Writes a last time, if PostgreSQL is there. Gives how many lines were not written, those dropped before included. */
  async close(): Promise<number> {
    clearInterval(this.#timer);
    await this.flush().catch(() => undefined);
    return this.#dropped + this.#waiting.length;
  }

  /** What fails goes on waiting, or is counted as dropped: nobody is here to be told. */
  #flushUnlessUnderWay(): void {
    if (this.#flushes === 0) void this.flush().catch(() => undefined);
  }

  #dropOldest(): void {
    const over = this.#waiting.length - this.#options.waiting;
    if (over <= 0) return;
    this.#waiting.splice(0, over);
    this.#dropped += over;
  }

  async #write(): Promise<void> {
    const batch = this.#waiting;
    if (batch.length === 0) return;
    this.#waiting = [];
    try {
      await this.database.transaction(async (connection) => {
        await connection.query('SET LOCAL synchronous_commit TO OFF');
        const folded = await this.#fold(connection, firstOfEach(batch));
        await insert(
          connection,
          batch.filter((line) => !folded.has(line)),
        );
        await this.#clearAway(connection, batch);
      });
    } catch (error) {
      // What PostgreSQL will never take is dropped with its batch: lines may be lost, the others must go on.
      if (error instanceof RowRefused) this.#dropped += batch.length;
      else this.#waiting = [...batch, ...this.#waiting];
      this.#dropOldest();
      throw error;
    }
  }

  /** Goes on counting the newest stored line of a container where it says the same. Gives those that it has counted. */
  async #fold(connection: Connection, lines: ReadonlyMap<string, Waiting>): Promise<ReadonlySet<Waiting>> {
    const folded = await connection.query<Pick<StoredLine, 'container_id'>>(
      `UPDATE container_lines l SET said_count = l.said_count + f.said_count, last_at = f.last_at
       FROM (SELECT * FROM ${asRows}) AS f
       WHERE l.line_id = (SELECT max(line_id) FROM container_lines WHERE container_id = f.container_id)
         AND l.attempt = f.attempt AND l.level = f.level AND l.line_text = f.line_text AND l.last_at >= f.first_at - $8
       RETURNING l.container_id`,
      [...columnsOf([...lines.values()]), this.#options.foldMs],
    );
    return new Set(folded.flatMap(({ container_id }) => lines.get(container_id) ?? []));
  }

  /** Keeps the newest lines of the containers that were just written, and now and then drops what is old of all. */
  async #clearAway(connection: Connection, batch: readonly Waiting[]): Promise<void> {
    const { keptPerContainer, keptForMs } = this.#options;
    await connection.query(
      `DELETE FROM container_lines l USING unnest($1::text[]) AS c(id)
       WHERE l.container_id = c.id AND l.line_id <= (
         SELECT line_id FROM container_lines WHERE container_id = c.id ORDER BY line_id DESC OFFSET $2 LIMIT 1)`,
      [[...new Set(batch.map(({ containerId }) => containerId))], keptPerContainer],
    );
    const nowMs = this.clock.nowMs();
    if (nowMs < this.#nextClearingMs) return;
    this.#nextClearingMs = nowMs + hourMs;
    await connection.query('DELETE FROM container_lines WHERE last_at < $1', [nowMs - keptForMs]);
  }
}

const asRows = `unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[])
  WITH ORDINALITY AS one(container_id, attempt, level, line_text, said_count, first_at, last_at, place)`;

function columnsOf(lines: readonly Waiting[]): readonly (readonly unknown[])[] {
  return [
    lines.map(({ containerId }) => containerId),
    lines.map(({ attempt }) => attempt),
    lines.map(({ level }) => level),
    lines.map(({ text }) => text),
    lines.map(({ count }) => count),
    lines.map(({ firstAtMs }) => firstAtMs),
    lines.map(({ lastAtMs }) => lastAtMs),
  ];
}

async function insert(connection: Connection, lines: readonly Waiting[]): Promise<void> {
  await connection.query(
    `INSERT INTO container_lines (container_id, attempt, level, line_text, said_count, first_at, last_at)
     SELECT container_id, attempt, level, line_text, said_count, first_at, last_at FROM ${asRows} ORDER BY place`,
    [...columnsOf(lines)],
  );
}

function firstOfEach(lines: readonly Waiting[]): ReadonlyMap<string, Waiting> {
  const first = new Map<string, Waiting>();
  for (const line of lines) if (!first.has(line.containerId)) first.set(line.containerId, line);
  return first;
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
