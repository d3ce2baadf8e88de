import { Inject, Injectable, Optional } from '@nestjs/common';
import type { Clock } from '../../application/ports/clock.js';
import { CLOCK } from '../../application/ports/tokens.js';
import {
  DATABASE,
  PROJECTIONS,
  type Database,
  type Projections,
  type Connection,
} from '../../application/ports/views.js';
import type { Freshness, NotThereYet, ViewAnswer } from '../../application/queries/view-answer.js';
import type { View } from '../view.js';

interface Reached {
  readonly position: bigint;
  readonly currentAtMs: number | null;
  readonly parked: number;
  readonly complete: boolean;
}

interface StoredReached {
  readonly view: string;
  readonly position: string | null;
  readonly current_at: Date | null;
  readonly parked: string;
  readonly complete: boolean;
}

const defaultWaitMs = 5_000;
/** For a view that has never been level: right after a start that takes a moment, after a loss as long as it takes. */
const foldingWaitMs = 1_000;
const firstPauseMs = 4;
const longestPauseMs = 50;
/** Longer than a write takes into the rows: the position may be one of another view's. */
const askAfterMs = 40;

/** Reads views as of one instant, and says how far behind the log that instant is. */
@Injectable()
export class ViewReader {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(CLOCK) private readonly clock: Clock,
    @Optional() @Inject(PROJECTIONS) private readonly projections?: Projections,
  ) {}

  /** Rejects with DatabaseUnavailable. */
  async answer<T>(
    views: readonly View[],
    freshness: Freshness,
    read: (connection: Connection) => Promise<T>,
  ): Promise<ViewAnswer<T> | NotThereYet> {
    let late = freshness.minPosition === undefined ? undefined : await this.#waitFor(views, freshness);
    while (!late) {
      const answer = await this.#read(views, read);
      if (answer) return answer;
      late = await this.#waitFor(views, freshness);
    }
    return late;
  }

  /** Undefined while a view is folded for the first time. */
  #read<T>(views: readonly View[], read: (connection: Connection) => Promise<T>): Promise<ViewAnswer<T> | undefined> {
    return this.database.transaction(
      async (connection) => {
        const reached = await reachedOf(connection, views);
        return reached.complete ? this.#answered(await read(connection), reached) : undefined;
      },
      { snapshot: true, readOnly: true },
    );
  }

  #answered<T>(value: T, reached: Reached): ViewAnswer<T> {
    const { position, currentAtMs, parked } = reached;
    const heads = (this.projections?.statuses() ?? []).map(({ head }) => head).filter((head) => head !== null);
    const head = heads.length === 0 ? null : heads.reduce((one, other) => (one > other ? one : other), position);
    const ageMs = currentAtMs === null ? null : Math.max(0, this.clock.nowMs() - currentAtMs);
    return { type: 'Answered', value, position, head, ageMs, parked };
  }

  async #waitFor(
    views: readonly View[],
    { minPosition, waitMs = defaultWaitMs }: Freshness,
  ): Promise<NotThereYet | undefined> {
    const startedAtMs = this.clock.monotonicMs();
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
      const { position, complete } = await reachedOf(this.database, views);
      if (complete && position >= (minPosition ?? 0n)) return undefined;
      const waitedMs = Math.round(this.clock.monotonicMs() - startedAtMs);
      const mostMs = complete ? waitMs : Math.min(waitMs, foldingWaitMs);
      if (waitedMs >= mostMs) {
        const view = views.map(({ name }) => name).join('+');
        return { type: 'NotThereYet', view, position, minPosition: complete ? (minPosition ?? 0n) : null, waitedMs };
      }
      if (complete && waitedMs >= askAfterMs) this.projections?.lookNow();
      await this.clock.sleep(Math.min(pauseMs, mostMs - waitedMs));
    }
  }
}

/** Of several views the one that is furthest behind counts. */
async function reachedOf(connection: Connection, views: readonly View[]): Promise<Reached> {
  const stored = await connection.query<StoredReached>(
    `SELECT view, GREATEST(position, level) AS position, current_at, complete,
       (SELECT count(*) FROM projection_parked p WHERE p.view = c.view) AS parked
     FROM projection_checkpoints c WHERE view = ANY($1)`,
    [views.map(({ name }) => name)],
  );
  const positions = stored.map(({ position }) => BigInt(position ?? 0));
  const instants = stored.map(({ current_at }) => current_at?.getTime() ?? null);
  const known = stored.length === views.length;
  return {
    position: known ? positions.reduce((one, other) => (one < other ? one : other)) : 0n,
    currentAtMs: known && instants.every((instant) => instant !== null) ? Math.min(...instants) : null,
    parked: stored.reduce((sum, { parked }) => sum + Number(parked), 0),
    complete: known && stored.every((each) => each.complete),
  };
}
