import type { Clock } from '../../application/ports/clock.js';
import type { Claim, Database } from '../../application/ports/views.js';
import type { Watcher, WatchTurn } from '../../application/ports/watch-turn.js';

/** The name that one process of all has while it watches. */
const claimName = 'holdfast monitor';

export interface WatchTurnOptions {
  /** How often a process without the turn asks for it, and one that has it makes sure. */
  readonly standbyMs?: number;
  /** How long the process with the turn may not have looked before the turn is taken from it. */
  readonly standstillMs?: number;
}

interface StoredWatch {
  readonly host: string;
  readonly pid: string;
  readonly since_at: string;
  readonly runs: string;
  readonly last_run_at: string | null;
  readonly next_run_at: string | null;
}

/** The turn as an advisory lock: it ends with the connection of the process that has it. */
export class PostgresWatchTurn implements WatchTurn {
  readonly #stop = new AbortController();
  readonly #standbyMs: number;
  readonly #standstillMs: number;
  #running: Promise<void> | undefined;
  #mine = false;
  #seen: { readonly mark: string; readonly atMs: number } | undefined;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly self: Pick<Watcher, 'host' | 'pid'>,
    { standbyMs = 1_000, standstillMs = 20_000 }: WatchTurnOptions = {},
  ) {
    this.#standbyMs = standbyMs;
    this.#standstillMs = standstillMs;
  }

  get mine(): boolean {
    return this.#mine;
  }

  start(onTurn: () => void): void {
    this.#running ??= this.#run(onTurn);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async looked(lastRunAtMs: number, nextRunAtMs: number): Promise<void> {
    if (!this.#mine) return;
    const { host, pid } = this.self;
    await this.database
      .query(
        `UPDATE watches SET runs = runs + 1, last_run_at = $4, next_run_at = $5
          WHERE name = $1 AND host = $2 AND pid = $3`,
        [claimName, host, pid, lastRunAtMs, nextRunAtMs],
      )
      .catch(() => undefined);
  }

  async watcher(): Promise<Watcher | null> {
    const [row] = await this.#stored().catch(() => []);
    if (!row) return null;
    const instant = (text: string | null) => (text === null ? null : Number(text));
    return {
      host: row.host,
      pid: Number(row.pid),
      sinceMs: Number(row.since_at),
      runs: Number(row.runs),
      lastRunAtMs: instant(row.last_run_at),
      nextRunAtMs: instant(row.next_run_at),
    };
  }

  #stored(): Promise<StoredWatch[]> {
    return this.database.query<StoredWatch>('SELECT * FROM watches WHERE name = $1', [claimName]);
  }

  async #run(onTurn: () => void): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const claim = await this.database.claim(claimName).catch(() => undefined);
      if (claim) await this.#keep(claim, onTurn);
      else await this.#lookOn().catch(() => undefined);
      await this.clock.sleep(this.#standbyMs, this.#stop.signal);
    }
  }

  async #keep(claim: Claim, onTurn: () => void): Promise<void> {
    const over = AbortSignal.any([this.#stop.signal, claim.lost]);
    try {
      await this.#enter();
      this.#mine = true;
      onTurn();
      while (!over.aborted && (await claim.held())) await this.clock.sleep(this.#standbyMs, over);
    } catch {
      // The database went away: the turn is asked for again.
    } finally {
      this.#mine = false;
      if (this.#stop.signal.aborted) await this.#leave().catch(() => undefined);
      await claim.release();
    }
  }

  async #enter(): Promise<void> {
    const { host, pid } = this.self;
    await this.database.query(
      `INSERT INTO watches (name, host, pid, since_at, runs, last_run_at, next_run_at)
       VALUES ($1, $2, $3, $4, 0, NULL, NULL)
       ON CONFLICT (name) DO UPDATE SET host = $2, pid = $3, since_at = $4, runs = 0, last_run_at = NULL, next_run_at = NULL`,
      [claimName, host, pid, this.clock.nowMs()],
    );
  }

  async #leave(): Promise<void> {
    const { host, pid } = this.self;
    await this.database.query('DELETE FROM watches WHERE name = $1 AND host = $2 AND pid = $3', [claimName, host, pid]);
  }

  /** One that has the turn and no longer looks stands still: the turn is taken from it. */
  async #lookOn(): Promise<void> {
    const [row] = await this.#stored();
    const mark = row ? `${row.host}/${row.pid}/${row.since_at}/${row.runs}` : '';
    const nowMs = this.clock.monotonicMs();
    if (mark !== this.#seen?.mark) {
      this.#seen = { mark, atMs: nowMs };
    } else if (nowMs - this.#seen.atMs > this.#standstillMs) {
      this.#seen = undefined;
      await this.database.evict(claimName);
    }
  }
}
