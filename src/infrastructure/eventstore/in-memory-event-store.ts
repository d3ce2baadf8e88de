import {
  AppendTooLarge,
  StoreUnavailable,
  type AppendResult,
  type EventStore,
  type ExpectedRevision,
  type NewEvent,
  type Position,
  type RecordedEvent,
  type Subscription,
  type SubscriptionOptions,
} from '../../application/ports/event-store.js';
import { appendBytes, appendLimitBytes } from './append-limit.js';
import type { Feed } from './delivery.js';
import { InMemoryFeed } from './in-memory-feed.js';
import { LogSubscription } from './log-subscription.js';
import { startsWithAny } from './stream-prefix.js';

interface PlannedFailure {
  readonly error: Error;
  readonly written: boolean;
}

/** A log that ends with the process; for tests, and for running one instance without keeping anything. */
export class InMemoryEventStore implements EventStore {
  readonly #log: RecordedEvent[] = [];
  readonly #streams = new Map<string, RecordedEvent[]>();
  readonly #subscriptions = new Set<Subscription>();
  readonly #feeds = new Set<InMemoryFeed>();
  readonly #failures: PlannedFailure[] = [];
  #closed = false;

  constructor(private readonly nowMs: () => number = Date.now) {}

  async append(stream: string, expected: ExpectedRevision, events: readonly NewEvent[]): Promise<AppendResult> {
    this.#requireOpen();
    if (events.length === 0) throw new RangeError('an append needs at least one event');
    if (appendBytes(events) > appendLimitBytes) throw new AppendTooLarge(`${stream}: over ${appendLimitBytes} bytes`);
    const failure = this.#failures.shift();
    if (failure?.written === false) throw failure.error;
    const result = this.#write(stream, expected === 'none' ? -1n : expected, events);
    if (failure !== undefined) throw failure.error;
    return result;
  }

  async readBackwards(stream: string, { from, max }: { readonly from?: bigint; readonly max: number }) {
    this.#requireOpen();
    const events = this.#streams.get(stream) ?? [];
    const newest = from === undefined ? events.length : Math.min(events.length, Number(from) + 1);
    return events.slice(Math.max(this.#firstShown(stream), newest - max), newest).reverse();
  }

  async readForwards(stream: string, { from = 0n, max }: { readonly from?: bigint; readonly max: number }) {
    this.#requireOpen();
    const first = Math.max(this.#firstShown(stream), Number(from));
    return (this.#streams.get(stream) ?? []).slice(first, first + max);
  }

  async *readAll(options: Parameters<EventStore['readAll']>[0]): AsyncIterable<RecordedEvent> {
    this.#requireOpen();
    const last = Math.min(this.#log.length, Number(options.upTo ?? this.#log.length));
    for (let next = Number(options.after ?? 0n); next < last; next++) {
      const event = this.#log[next];
      if (event !== undefined && startsWithAny(event.stream, options.streamPrefixes)) yield event;
    }
  }

  async *readAllBackwards(options: Parameters<EventStore['readAllBackwards']>[0]): AsyncIterable<RecordedEvent> {
    this.#requireOpen();
    const before = options.before === undefined ? Infinity : Number(options.before);
    for (let next = Math.min(this.#log.length + 1, before) - 2; next >= 0; next--) {
      const event = this.#log[next];
      if (event !== undefined && startsWithAny(event.stream, options.streamPrefixes)) yield event;
    }
  }

  async headPosition(): Promise<Position> {
    this.#requireOpen();
    return BigInt(this.#log.length);
  }

  subscribe(options: SubscriptionOptions): Subscription {
    const subscription = new LogSubscription(
      {
        headPosition: () => this.headPosition(),
        openFeed: async (after, streamPrefixes) => this.#openFeed(after, streamPrefixes),
      },
      options,
      { firstMs: 1, longestMs: 100 },
    );
    this.#subscriptions.add(subscription);
    void subscription.ended.then(() => this.#subscriptions.delete(subscription));
    return subscription;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#subscriptions].map((subscription) => subscription.stop()));
  }

  /** The next append rejects with this, before or after it was written. */
  failNextAppend(error: Error, { written = false } = {}): void {
    this.#failures.push({ error, written });
  }

  #write(stream: string, expected: bigint, events: readonly NewEvent[]): AppendResult {
    const before = this.#streams.get(stream) ?? [];
    const first = Number(expected) + 1;
    if (first > before.length) return { type: 'Conflict' };
    if (first < before.length) return repeatOf(before.slice(first, first + events.length), events);
    const recorded = events.map((event, i) => this.#record(stream, BigInt(first + i), event));
    before.push(...recorded);
    this.#streams.set(stream, before);
    for (const feed of this.#feeds) feed.wake();
    return appended(recorded);
  }

  #firstShown(stream: string): number {
    const maxCount = this.#streams.get(`$$${stream}`)?.at(-1)?.data['$maxCount'];
    const { length } = this.#streams.get(stream) ?? [];
    return typeof maxCount === 'number' ? Math.max(0, length - maxCount) : 0;
  }

  #record(stream: string, revision: bigint, event: NewEvent): RecordedEvent {
    const { id, type, data, metadata } = JSON.parse(JSON.stringify(event)) as NewEvent;
    const position = BigInt(this.#log.length + 1);
    const recorded = { id, type, data, metadata, stream, revision, position, createdMs: this.nowMs() };
    this.#log.push(recorded);
    return recorded;
  }

  #openFeed(after: Position | undefined, streamPrefixes: readonly string[]): Feed {
    this.#requireOpen();
    const feed = new InMemoryFeed(this.#log, Number(after ?? 0n), streamPrefixes, () => this.#feeds.delete(feed));
    this.#feeds.add(feed);
    return feed;
  }

  #requireOpen(): void {
    if (this.#closed) throw new StoreUnavailable('the event store is closed');
  }
}

function repeatOf(there: readonly RecordedEvent[], events: readonly NewEvent[]): AppendResult {
  const same = there.length === events.length && there.every(({ id }, i) => id === events[i]?.id);
  return same ? appended(there) : { type: 'Conflict' };
}

function appended(events: readonly RecordedEvent[]): AppendResult {
  const last = events.at(-1);
  if (last === undefined) throw new RangeError('an append needs at least one event');
  return { type: 'Appended', revision: last.revision, position: last.position };
}
