import type { RecordedEvent, Subscription } from '../../application/ports/event-store.js';
import { DatabaseUnavailable } from '../../application/ports/views.js';
import { WarmRows } from '../rows/warm-rows.js';
import type { View } from '../view.js';
import { read } from './apply-batch.js';
import { EpochPassed, markComplete, markLevel, reachedBy, readCheckpoints, type Checkpoint } from './checkpoint.js';
import { commitBatch } from './commit-batch.js';
import { Gathering } from './gathering.js';
import { logIdOf } from './log-identity.js';
import { readParked } from './parked.js';
import { ParkingLot } from './parking-lot.js';
import { LagCheck } from './lag-check.js';
import { waitMs, type ProjectorOptions, type ProjectorRoom } from './projector-options.js';
import type { StatusBoard } from './status-board.js';

export class SubscriptionEnded extends Error {
  override readonly name = 'SubscriptionEnded';
}

/** Whoever waits may ask for a look more often than a look is worth. */
const leastCheckMs = 50;

/** One epoch of a projector: from the checkpoint it took over to whatever ends it. */
export class Following {
  /** When the newest event in the rows was written. */
  #newestMs: number | null = null;
  #turn: Promise<unknown> = Promise.resolve();
  /** A batch is being written: nothing new can be delivered meanwhile. */
  #busy = false;
  readonly #warm: WarmRows;
  #checkpoint: Checkpoint;
  #lot: ParkingLot;
  /** The newest position brought so far, and what of it has to be in the rows for the view to be complete. */
  #brought: bigint;
  #completeFrom: bigint | undefined;
  #checkedAtMs = 0;
  #asked = new AbortController();

  constructor(
    private readonly view: View,
    private readonly room: ProjectorRoom,
    private readonly options: ProjectorOptions,
    private readonly board: StatusBoard,
    begun: { readonly checkpoint: Checkpoint; readonly lot: ParkingLot },
  ) {
    this.#warm = new WarmRows(view.tables);
    this.#checkpoint = begun.checkpoint;
    this.#lot = begun.lot;
    this.#brought = begun.checkpoint.position ?? -1n;
  }

  get position(): bigint | null {
    return this.#checkpoint.position;
  }

  /** The next check is made at once, unless the last one has only just been. */
  lookNow(): void {
    if (this.room.clock.monotonicMs() - this.#checkedAtMs >= leastCheckMs) this.#asked.abort();
  }

  /** Ends by rejecting, or when the signal is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    const ended = new AbortController();
    const over = AbortSignal.any([signal, ended.signal]);
    const gathering = new Gathering(this.options.maxBatch);
    let failure: Error | undefined;
    const fail = (cause: unknown): void => {
      failure ??= cause instanceof Error ? cause : new SubscriptionEnded(String(cause));
      ended.abort();
    };
    const subscription = this.room.store.subscribe({
      from: this.#checkpoint.position ?? 'start',
      streamPrefixes: this.view.streamPrefixes,
      maxBatch: this.options.maxBatch,
      onBatch: (events, upTo) => {
        this.#brought = upTo;
        return gathering.bring(events, upTo);
      },
      onCaughtUp: () => {
        this.#completeFrom ??= this.#brought;
        void this.#inTurn(() => this.#complete()).catch(fail);
      },
      onDropped: (cause) => this.board.dropped(cause),
      onFailed: fail,
    });
    const writing = this.#write(gathering, over).catch(fail);
    try {
      await this.#watchOver(subscription, gathering, over);
    } finally {
      ended.abort();
      gathering.close();
      await subscription.stop();
      await writing;
      await this.#turn;
      this.board.readerStopped();
    }
    if (!signal.aborted) throw failure ?? new SubscriptionEnded('the subscription ended');
  }

  async #write(gathering: Gathering, signal: AbortSignal): Promise<void> {
    for (;;) {
      const gathered = await gathering.take();
      if (!gathered || signal.aborted) return;
      const begunAtMs = this.room.clock.monotonicMs();
      await this.#inTurn(() => this.#project(gathered.events, gathered.upTo, signal));
      const leftMs = this.options.paceMs - (this.room.clock.monotonicMs() - begunAtMs);
      if (leftMs > 0) await this.room.clock.sleep(leftMs, signal);
    }
  }

  /** Retries while PostgreSQL is away; the subscription stays and waits. */
  async #project(events: readonly RecordedEvent[], upTo: bigint, signal: AbortSignal): Promise<void> {
    const from = this.#checkpoint;
    if (signal.aborted) return;
    const after = from.position ?? -1n;
    const readings = events.filter(({ position }) => position > after).map((event) => read(this.view, event));
    if (readings.length === 0 && upTo <= after) return;
    const logId = from.logId ?? (await logIdOf(this.room.store));
    for (let failures = 0; !signal.aborted; failures += 1) {
      try {
        const resumed = { ...(failures === 0 ? from : await this.#resume(from, upTo)), logId };
        const left = readings.filter(({ recorded }) => recorded.position > (resumed.position ?? -1n));
        const done = resumed.position !== null && resumed.position >= upTo;
        this.#checkpoint = done
          ? resumed
          : await commitBatch(this.room.database, this.view, left, upTo, resumed, this.#lot, this.#warm);
        this.#newestMs = events.at(-1)?.createdMs ?? this.#newestMs;
        this.board.applied(readings.length, this.#checkpoint, this.#lot.size);
        await this.#complete();
        return;
      } catch (error) {
        if (!(error instanceof DatabaseUnavailable)) throw error;
        this.board.failed(error, 'idle');
        await this.room.clock.sleep(waitMs(this.options, failures), signal);
      }
    }
  }

  /** After a failure nobody knows what was committed: the stored checkpoint does. */
  async #resume(from: Checkpoint, upTo: bigint): Promise<Checkpoint> {
    const { database } = this.room;
    const stored = (await readCheckpoints(database)).find(({ view }) => view === this.view.name);
    const ours = stored?.epoch === from.epoch && (stored.position ?? -1n) >= (from.position ?? -1n);
    if (!stored || !ours || (stored.position ?? -1n) > upTo) throw new EpochPassed(this.view.name, from.epoch);
    this.#lot = new ParkingLot(await readParked(database, this.view.name));
    return stored;
  }

  async #watchOver(subscription: Subscription, gathering: Gathering, signal: AbortSignal): Promise<void> {
    const { clock } = this.room;
    const check = new LagCheck(this.view, this.room.store, clock);
    let silentSinceMs = clock.monotonicMs();
    while (!signal.aborted) {
      const waiting = await this.#check(check, subscription, gathering).catch((error: unknown) => {
        if (error instanceof EpochPassed) throw error;
        this.board.checkFailed(error);
        return false;
      });
      if (!waiting || this.#busy || this.board.failing) silentSinceMs = clock.monotonicMs();
      if (clock.monotonicMs() - silentSinceMs > this.options.silentMs) {
        throw new SubscriptionEnded(`events wait and none was delivered for ${this.options.silentMs} ms`);
      }
      this.#checkedAtMs = clock.monotonicMs();
      this.#asked = new AbortController();
      await clock.sleep(this.options.checkMs, AbortSignal.any([signal, this.#asked.signal]));
    }
  }

  /** @returns whether events wait that nobody delivers */
  async #check(check: LagCheck, subscription: Subscription, gathering: Gathering): Promise<boolean> {
    const before = this.#checkpoint;
    const delivered = gathering.empty && !this.#busy ? (subscription.position ?? null) : null;
    const reached = furthest(reachedBy(before), delivered);
    const found = await check.look(reached, this.#newestMs);
    this.board.checked(found, subscription.alive);
    const { level, currentAtMs } = found;
    if (level !== null) await this.#inTurn(() => this.#markLevel(before, level, currentAtMs));
    return found.waiting;
  }

  /** Once everything that was in the log at the beginning is in the rows. What fails is done with the next batch or check. */
  async #complete(): Promise<void> {
    const { complete, position } = this.#checkpoint;
    if (complete || this.#completeFrom === undefined || (position ?? -1n) < this.#completeFrom) return;
    try {
      this.#checkpoint = await markComplete(this.room.database, this.#checkpoint);
      this.board.levelled(this.#checkpoint);
    } catch (error) {
      if (!(error instanceof DatabaseUnavailable)) throw error;
    }
  }

  async #markLevel(before: Checkpoint, level: bigint, currentAtMs: number | null): Promise<void> {
    if (this.#checkpoint !== before) return;
    this.#checkpoint = await markLevel(this.room.database, before, level, currentAtMs);
    this.board.levelled(this.#checkpoint);
  }

  /** One at a time: batches and checks both move the checkpoint. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(async () => {
      this.#busy = true;
      try {
        return await work();
      } finally {
        this.#busy = false;
      }
    });
    this.#turn = mine.catch(() => undefined);
    return mine;
  }
}

function furthest(one: bigint | null, other: bigint | null): bigint | null {
  return one === null || (other !== null && other > one) ? other : one;
}
