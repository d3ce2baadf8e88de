import type { EventStore, RecordedEvent } from '../../application/ports/event-store.js';
import { RowRefused, type Database } from '../../application/ports/views.js';
import type { ParkedStream } from '../../application/queries/projections.js';
import { applyBatch, read, type Reading } from '../live/apply-batch.js';
import { parkedAt } from '../live/parked.js';
import { ParkingLot } from '../live/parking-lot.js';
import { WarmRows } from '../rows/warm-rows.js';
import type { View } from '../view.js';

/** A rebuild is strict: it stops at the first event that it cannot apply and the live view could. */
export class CannotApply extends Error {
  override readonly name = 'CannotApply';
  constructor(readonly parked: ParkedStream) {
    const { view, stream, position, eventType, reason } = parked;
    super(`view ${view} cannot apply ${eventType} at position ${position} of ${stream}: ${reason}`);
  }
}

export interface Fold {
  readonly store: EventStore;
  readonly database: Database;
  readonly view: View;
  readonly shadow: string;
  readonly batchSize: number;
  readonly signal: AbortSignal;
  /** Whether a stream may stop at this event instead of the whole rebuild. */
  mayPark(parked: ParkedStream): boolean;
  onBatch(events: number, position: bigint): void;
}

/** The shadow tables and how far they are. */
export class ShadowFold {
  readonly lot = new ParkingLot();
  position: bigint | null = null;
  events = 0;

  readonly #warm: WarmRows;

  constructor(private readonly fold: Fold) {
    this.#warm = new WarmRows(fold.view.tables);
  }

  /** Folds what lies between the position and `upTo`. Rejects with CannotApply, or with the signal's reason. */
  async foldUpTo(upTo: bigint): Promise<number> {
    const { store, view } = this.fold;
    const before = this.events;
    const after = this.position === null ? {} : { after: this.position };
    let writing: Promise<void> = Promise.resolve();
    for await (const batch of this.#batches(store.readAll({ ...after, upTo, streamPrefixes: view.streamPrefixes }))) {
      await writing;
      writing = this.#write(batch);
      writing.catch(() => undefined);
    }
    await writing;
    return this.events - before;
  }

  async *#batches(events: AsyncIterable<RecordedEvent>): AsyncIterable<readonly Reading[]> {
    let batch: Reading[] = [];
    for await (const recorded of events) {
      batch.push(read(this.fold.view, recorded));
      if (batch.length < this.fold.batchSize) continue;
      this.fold.signal.throwIfAborted();
      yield batch;
      batch = [];
    }
    this.fold.signal.throwIfAborted();
    if (batch.length > 0) yield batch;
  }

  async #write(batch: readonly Reading[]): Promise<void> {
    await this.#apply(batch);
    const last = batch.at(-1);
    if (!last) return;
    this.position = last.recorded.position;
    this.events += batch.length;
    this.fold.onBatch(this.events, this.position);
  }

  async #apply(batch: readonly Reading[]): Promise<void> {
    const { database, view, shadow } = this.fold;
    try {
      const parked = await this.#warm.during((rows) =>
        database.transaction((session) => applyBatch(session, { view, schema: shadow }, batch, this.lot, rows)),
      );
      this.#park(parked);
    } catch (error) {
      const [only, ...others] = batch;
      if (!(error instanceof RowRefused) || !only) throw error;
      if (others.length === 0) return this.#park([parkedAt(view, only.recorded, error)]);
      const half = Math.ceil(batch.length / 2);
      await this.#apply(batch.slice(0, half));
      await this.#apply(batch.slice(half));
    }
  }

  #park(parked: readonly ParkedStream[]): void {
    for (const each of parked) {
      if (!this.lot.get(each.stream) && !this.fold.mayPark(each)) throw new CannotApply(each);
    }
    this.lot.take(parked);
  }
}
