import type { Connection } from '../../application/ports/views.js';
import type { ParkedStream } from '../../application/queries/projections.js';
import { lockCheckpoint, readCheckpoints, replaceCheckpoint, type Checkpoint } from '../live/checkpoint.js';
import { ForeignLog, logIdOf, requireSameLog } from '../live/log-identity.js';
import { readParked, replaceParked } from '../live/parked.js';
import { ParkingLot } from '../live/parking-lot.js';
import { nameIn } from '../rows/table-sql.js';
import type { View } from '../view.js';
import { findDifferences, type Difference } from './differences.js';
import { fingerprintOf } from './fingerprint.js';
import { ShadowFold } from './fold-into-shadow.js';
import type { RebuildOutcome, RebuildProgress } from './outcome.js';
import type { RebuildOptions, RebuildRoom } from './options.js';
import { takeOver } from './take-over.js';

interface Conclusion {
  readonly type: 'Rebuilt' | 'Verified' | 'Differs';
  readonly compared: boolean;
  readonly differences: readonly Difference[];
}

/** Rounds of catching up while the live view moves on; the rest is folded while it is held still. */
const mostRounds = 8;

/** One rebuild, from an empty shadow to its conclusion. */
export class RebuildRun {
  readonly #fold: ShadowFold;
  readonly #startedAtMs: number;
  #liveLot = new ParkingLot();
  #target = 0n;

  constructor(
    private readonly view: View,
    private readonly shadow: string,
    private readonly room: RebuildRoom,
    private readonly options: RebuildOptions & { readonly batchSize: number; readonly signal: AbortSignal },
  ) {
    const { store, database, clock } = room;
    const { batchSize, signal } = options;
    const mayPark = (parked: ParkedStream): boolean => this.#mayPark(parked);
    const onBatch = (): void => this.#tell('folding');
    this.#fold = new ShadowFold({ store, database, view, shadow, batchSize, signal, mayPark, onBatch });
    this.#startedAtMs = clock.monotonicMs();
  }

  async run(): Promise<RebuildOutcome> {
    const { store, database, clock } = this.room;
    const logId = await logIdOf(store);
    await this.#catchUp();
    for (const table of this.view.tables) await database.query(`ANALYZE ${nameIn(this.shadow, table)}`);
    const conclusion = await database.transaction((connection) => this.#conclude(connection, logId));
    const fingerprints = [];
    for (const table of this.view.tables) fingerprints.push(await fingerprintOf(database, this.shadow, table));
    return {
      ...conclusion,
      view: this.view.name,
      position: this.#fold.position,
      events: this.#fold.events,
      elapsedMs: Math.round(clock.monotonicMs() - this.#startedAtMs),
      fingerprints,
      parked: this.#fold.lot.all(),
    };
  }

  async #catchUp(): Promise<void> {
    for (let round = 0; round < mostRounds; round += 1) {
      await this.#readLiveLot(this.room.database);
      const stored = (await readCheckpoints(this.room.database)).find(({ view }) => view === this.view.name);
      this.#target = await this.#targetOf(stored);
      const folded = await this.#fold.foldUpTo(this.#target);
      if (folded < this.options.batchSize) return;
    }
  }

  /** Up to where the live view is; all there is where the live view cannot be compared with. */
  async #targetOf(live: Checkpoint | undefined): Promise<bigint> {
    const comparable = live !== undefined && (await this.#isComparable(live));
    return comparable ? (live.position ?? 0n) : this.room.store.headPosition();
  }

  async #isComparable(live: Checkpoint): Promise<boolean> {
    if (live.position === null) return false;
    try {
      await requireSameLog(this.room.store, this.view, live);
      return true;
    } catch (error) {
      if (error instanceof ForeignLog) return false;
      throw error;
    }
  }

  /** With the live view held still: the last events, the comparison, and the change of rows if there is to be one. */
  async #conclude(connection: Connection, logId: string | null): Promise<Conclusion> {
    await connection.query('SET LOCAL statement_timeout = 0');
    await connection.query('SET LOCAL idle_in_transaction_session_timeout = 0');
    const live = await lockCheckpoint(connection, this.view);
    const compared = await this.#isComparable(live);
    await this.#readLiveLot(connection);
    this.#target = await this.#targetOf(live);
    await this.#fold.foldUpTo(this.#target);
    this.#tell('comparing');
    const differences = compared ? await this.#differences(connection) : [];
    this.options.signal.throwIfAborted();
    const unexplained = differences.some(({ explained }) => !explained);
    if (unexplained && (this.options.verifyOnly || !this.options.acceptDifferences)) {
      return { type: 'Differs', compared, differences };
    }
    if (this.options.verifyOnly) return { type: 'Verified', compared, differences };
    this.#tell('taking-over');
    await takeOver(connection, this.view, this.shadow);
    await replaceParked(connection, this.view, this.#fold.lot.all());
    await replaceCheckpoint(connection, this.view, { to: compared ? live.position : this.#fold.position, logId });
    return { type: 'Rebuilt', compared, differences };
  }

  #differences(connection: Connection): Promise<readonly Difference[]> {
    const isParked = (stream: string): boolean =>
      this.#liveLot.get(stream) !== undefined || this.#fold.lot.get(stream) !== undefined;
    return findDifferences(connection, this.view, this.shadow, isParked);
  }

  async #readLiveLot(connection: Connection): Promise<void> {
    this.#liveLot = new ParkingLot(await readParked(connection, this.view.name));
  }

  /** A stream may stop where the live view's stops too; anywhere else only when that was asked for. */
  #mayPark({ stream, position }: ParkedStream): boolean {
    return this.options.parkUnreadable === true || this.#liveLot.get(stream)?.position === position;
  }

  #tell(phase: RebuildProgress['phase']): void {
    const { events, position } = this.#fold;
    const elapsedMs = Math.max(1, this.room.clock.monotonicMs() - this.#startedAtMs);
    const reached = position ?? 0n;
    const done = this.#target > 0n ? Number(reached) / Number(this.#target) : 0;
    this.options.onProgress?.({
      view: this.view.name,
      phase,
      events,
      position: reached,
      target: this.#target,
      eventsPerSecond: Math.round((events * 1_000) / elapsedMs),
      etaMs: done > 0 ? Math.max(0, Math.round(elapsedMs / done - elapsedMs)) : null,
    });
  }
}
