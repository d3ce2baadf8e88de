import type { EventStore, Subscription } from '../../application/ports/event-store.js';
import { RowRefused, type Database } from '../../application/ports/views.js';
import type { ParkedStream } from '../../application/queries/projections.js';
import { applyBatch, read, type Reading } from '../live/apply-batch.js';
import { Gathering } from '../live/gathering.js';
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

/** The store was lost so many times without a single batch between. */
const mostDrops = 5;

/** The shadow tables and how far they are. */
export class ShadowFold {
  readonly lot = new ParkingLot();
  position: bigint | null = null;
  events = 0;

  readonly #warm: WarmRows;
  /** Everything up to it that concerns the view was folded. */
  #looked: bigint | null = null;

  constructor(private readonly fold: Fold) {
    this.#warm = new WarmRows(fold.view.tables);
  }

  /**
   * Folds what lies between the position and `upTo`, which is in the log already. Rejects with CannotApply, with the
   * signal's reason, or with the store's error when it stays away.
   */
  async foldUpTo(upTo: bigint): Promise<number> {
    const { signal } = this.fold;
    const before = this.events;
    if (this.#looked !== null && this.#looked >= upTo) return 0;
    signal.throwIfAborted();
    const gathering = new Gathering(this.fold.batchSize);
    let failure: Error | undefined;
    const end = (cause?: unknown): void => {
      if (cause !== undefined) failure ??= errorFrom(cause);
      gathering.close();
    };
    const onAbort = (): void => end(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    const subscription = this.#follow(upTo, gathering, end);
    try {
      for (let batch = await gathering.take(); batch && !failure; batch = await gathering.take()) {
        await this.#write(batch.events.map((event) => read(this.fold.view, event)));
      }
    } finally {
      signal.removeEventListener('abort', onAbort);
      gathering.close();
      await subscription.stop();
    }
    if (failure) throw failure;
    this.#looked = upTo;
    return this.events - before;
  }

  #follow(upTo: bigint, gathering: Gathering, end: (cause?: unknown) => void): Subscription {
    let drops = 0;
    return this.fold.store.subscribe({
      from: this.#looked ?? 'start',
      streamPrefixes: this.fold.view.streamPrefixes,
      maxBatch: this.fold.batchSize,
      onBatch: async (events, last) => {
        drops = 0;
        const wanted = events.filter(({ position }) => position <= upTo);
        const room = wanted.length > 0 ? gathering.bring(wanted, last) : undefined;
        if (wanted.length < events.length) end();
        await room;
      },
      onCaughtUp: () => end(),
      onDropped: (cause) => {
        drops += 1;
        if (drops > mostDrops) end(cause);
      },
      onFailed: (cause) => end(cause),
    });
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
        database.transaction((connection) => applyBatch(connection, { view, schema: shadow }, batch, this.lot, rows)),
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

function errorFrom(cause: unknown): Error {
  return cause instanceof Error ? cause : new Error('the fold was interrupted', { cause });
}
