import type { Clock } from '../../application/ports/clock.js';
import type { EventStore, RecordedEvent, Subscription } from '../../application/ports/event-store.js';
import { DatabaseUnavailable, type Database, type ProjectionStatus } from '../../application/ports/views.js';
import { WarmRows } from '../rows/warm-rows.js';
import type { View } from '../view.js';
import { read } from './apply-batch.js';
import { EpochPassed, markLevel, reachedBy, readCheckpoints, takeEpoch, type Checkpoint } from './checkpoint.js';
import { commitBatch } from './commit-batch.js';
import { ForeignLog, logIdOf, requireSameLog } from './log-identity.js';
import { readParked } from './parked.js';
import { ParkingLot } from './parking-lot.js';
import { pendingEvents } from './pending-events.js';
import { StatusBoard } from './status-board.js';

export interface ProjectorOptions {
  readonly maxBatch: number;
  /** How often the log's head is compared with what was projected. */
  readonly probeMs: number;
  /** Events are waiting and none came for this long: the subscription is dead without having said so. */
  readonly silentMs: number;
  readonly retryMs: number;
  readonly longestRetryMs: number;
}

export const projectorDefaults: ProjectorOptions = {
  maxBatch: 2_000,
  probeMs: 1_000,
  silentMs: 10_000,
  retryMs: 100,
  longestRetryMs: 5_000,
};

export interface ProjectorRoom {
  readonly store: EventStore;
  readonly database: Database;
  readonly clock: Clock;
  readonly log: (sentence: string) => void;
}

class SubscriptionEnded extends Error {
  override readonly name = 'SubscriptionEnded';
}

/** Keeps one view level with the log for as long as it runs. Whatever fails is told, waited out, and taken up again. */
export class Projector {
  readonly #board: StatusBoard;
  #checkpoint: Checkpoint | undefined;
  #lot = new ParkingLot();
  #warm: WarmRows;
  #turn: Promise<unknown> = Promise.resolve();
  /** A batch is being written: nothing new can be delivered meanwhile. */
  #busy = false;

  constructor(
    private readonly view: View,
    private readonly room: ProjectorRoom,
    private readonly options: ProjectorOptions,
  ) {
    this.#board = new StatusBoard(view.name, room.clock);
    this.#warm = new WarmRows(view.tables);
  }

  status(): ProjectionStatus {
    return this.#board.status();
  }

  /**
   * Resolves when the signal is aborted, or when it may not begin (again), and nothing is under way any more.
   * Never rejects.
   */
  async run(signal: AbortSignal, mayBegin: () => Promise<boolean> = async () => true): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      try {
        if (!(await mayBegin())) break;
        this.#checkpoint = await this.#begin();
        failures = 0;
        await this.#follow(this.#checkpoint, signal);
      } catch (error) {
        this.#board.failed(error, error instanceof ForeignLog ? 'refused' : 'idle');
        if (!(error instanceof EpochPassed)) this.room.log(`View ${this.view.name} waits: ${messageOf(error)}`);
        await this.room.clock.sleep(this.#waitMs(failures++), signal);
      }
    }
    this.#board.became('idle');
  }

  /** What another process's projector has reached. */
  watch(checkpoint: Checkpoint | undefined, head: bigint | null, parked: number): void {
    this.#board.watched(checkpoint, head, parked);
  }

  async #begin(): Promise<Checkpoint> {
    const { store, database } = this.room;
    const stored = (await readCheckpoints(database)).find(({ view }) => view === this.view.name);
    if (stored) await requireSameLog(store, this.view, stored);
    const checkpoint = await takeEpoch(database, this.view);
    this.#lot = new ParkingLot(await readParked(database, this.view.name));
    this.#warm = new WarmRows(this.view.tables);
    this.#board.began(checkpoint, this.#lot.size);
    return checkpoint;
  }

  /** Ends by rejecting, or when the signal is aborted. */
  async #follow({ position }: Checkpoint, signal: AbortSignal): Promise<void> {
    const ended = new AbortController();
    const over = AbortSignal.any([signal, ended.signal]);
    let failure: Error | undefined;
    const subscription = this.room.store.subscribe({
      from: position ?? 'start',
      streamPrefixes: this.view.streamPrefixes,
      maxBatch: this.options.maxBatch,
      onBatch: (events, upTo) => this.#inTurn(() => this.#project(events, upTo, over)),
      onDropped: (cause) => this.#board.dropped(cause),
      onFailed: (cause) => {
        failure = cause instanceof Error ? cause : new SubscriptionEnded(String(cause));
        ended.abort();
      },
    });
    try {
      await this.#watchOver(subscription, over);
    } finally {
      ended.abort();
      await subscription.stop();
      await this.#turn;
      this.#board.readerStopped();
    }
    if (!signal.aborted) throw failure ?? new SubscriptionEnded('the subscription ended');
  }

  /** Retries while PostgreSQL is away; the subscription stays and waits. */
  async #project(events: readonly RecordedEvent[], upTo: bigint, signal: AbortSignal): Promise<void> {
    const from = this.#checkpoint;
    if (!from || signal.aborted) return;
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
        this.#board.applied(readings.length, this.#checkpoint, this.#lot.size);
        return;
      } catch (error) {
        if (!(error instanceof DatabaseUnavailable)) throw error;
        this.#board.failed(error, 'idle');
        await this.room.clock.sleep(this.#waitMs(failures), signal);
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

  async #watchOver(subscription: Subscription, signal: AbortSignal): Promise<void> {
    const { clock } = this.room;
    let silentSinceMs = clock.monotonicMs();
    while (!signal.aborted) {
      const before = this.#checkpoint?.position;
      const waiting = await this.#probe(subscription).catch((error: unknown) => {
        if (error instanceof EpochPassed) throw error;
        this.#board.probeFailed(error);
        return 0;
      });
      const moved = this.#checkpoint?.position !== before;
      if (waiting === 0 || moved || this.#busy || this.#board.failing) silentSinceMs = clock.monotonicMs();
      if (clock.monotonicMs() - silentSinceMs > this.options.silentMs) {
        throw new SubscriptionEnded(`events wait and none was delivered for ${this.options.silentMs} ms`);
      }
      await clock.sleep(this.options.probeMs, signal);
    }
  }

  /**
   * Compares what was projected with the head of the log. When nothing that concerns the view lies between, the view
   * is level with the head, so that waiting for a position ends for every view.
   * @returns how many events wait
   */
  async #probe(subscription: Subscription): Promise<number> {
    const { store, clock } = this.room;
    const seenAtMs = clock.nowMs();
    const head = await store.headPosition();
    const before = this.#checkpoint;
    const reached = furthest(before ? reachedBy(before) : null, subscription.position ?? null);
    const pending = await pendingEvents(store, this.view, reached, head);
    this.#board.probed(head, pending, subscription.alive, seenAtMs);
    if (pending.count === 0 && before) {
      const currentAtMs = pending.lookedTo >= head ? seenAtMs : null;
      await this.#inTurn(() => this.#markLevel(before, pending.lookedTo, currentAtMs));
    }
    return pending.count;
  }

  async #markLevel(before: Checkpoint, level: bigint, currentAtMs: number | null): Promise<void> {
    if (this.#checkpoint !== before) return;
    this.#checkpoint = await markLevel(this.room.database, before, level, currentAtMs);
    this.#board.levelled(this.#checkpoint);
  }

  /** One at a time: batches and probes both move the checkpoint. */
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

  #waitMs(failures: number): number {
    return Math.min(this.options.retryMs * 2 ** Math.min(failures, 20), this.options.longestRetryMs);
  }
}

function furthest(one: bigint | null, other: bigint | null): bigint | null {
  return one === null || (other !== null && other > one) ? other : one;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
