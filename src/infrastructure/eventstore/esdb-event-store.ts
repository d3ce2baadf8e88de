import type {
  AppendResult,
  EventStore,
  ExpectedRevision,
  NewEvent,
  Position,
  RecordedEvent,
  Subscription,
  SubscriptionOptions,
} from '../../application/ports/event-store.js';
import { Connection } from './connection.js';
import type { Feed } from './delivery.js';
import { EsdbAppends, type OnSettled } from './esdb-appends.js';
import { EsdbFeed } from './esdb-feed.js';
import { EsdbReads } from './esdb-reads.js';
import { LogSubscription, type Backoff } from './log-subscription.js';
import type { UnaryClient } from './unary-client.js';

export interface EsdbTimes {
  /** How long an append may go unanswered, and a read or a new subscription may stay silent. */
  readonly deadlineMs: number;
  /** How often a subscription that says nothing is compared with the head of the log. */
  readonly watchMs: number;
  readonly backoff: Backoff;
}

/** The log in an EventStoreDB, reached by its official client. */
export class EsdbEventStore implements EventStore {
  readonly #connection: Connection;
  readonly #reads: EsdbReads;
  readonly #appends: EsdbAppends;
  readonly #subscriptions = new Set<Subscription>();

  constructor(
    connect: () => UnaryClient,
    private readonly times: EsdbTimes,
    onSettled: OnSettled,
  ) {
    this.#connection = new Connection(connect);
    this.#reads = new EsdbReads(this.#connection, times.deadlineMs);
    this.#appends = new EsdbAppends(this.#connection, this.#reads, times.deadlineMs, onSettled);
  }

  append(stream: string, expected: ExpectedRevision, events: readonly NewEvent[]): Promise<AppendResult> {
    return this.#appends.append(stream, expected, events);
  }

  readBackwards(stream: string, range: { readonly from?: bigint; readonly max: number }): Promise<RecordedEvent[]> {
    return this.#reads.stream(stream, { direction: 'backwards', ...range });
  }

  readForwards(stream: string, range: { readonly from?: bigint; readonly max: number }): Promise<RecordedEvent[]> {
    return this.#reads.stream(stream, { direction: 'forwards', ...range });
  }

  readAll({ after, upTo, streamPrefixes }: Parameters<EventStore['readAll']>[0]): AsyncIterable<RecordedEvent> {
    return this.#reads.all(after, upTo, streamPrefixes);
  }

  readAllBackwards(options: Parameters<EventStore['readAllBackwards']>[0]): AsyncIterable<RecordedEvent> {
    return this.#reads.allBackwards(options.before, options.streamPrefixes);
  }

  headPosition(): Promise<Position> {
    return this.#reads.head();
  }

  subscribe(options: SubscriptionOptions): Subscription {
    const subscription = new LogSubscription(
      {
        headPosition: () => this.headPosition(),
        openFeed: (after, streamPrefixes) => this.#openFeed(after, streamPrefixes),
      },
      options,
      this.times.backoff,
    );
    this.#subscriptions.add(subscription);
    void subscription.ended.then(() => this.#subscriptions.delete(subscription));
    return subscription;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#subscriptions].map((subscription) => subscription.stop()));
    await this.#connection.close();
  }

  async #openFeed(after: Position | undefined, streamPrefixes: readonly string[]): Promise<Feed> {
    const head = await this.headPosition();
    const lookout = {
      headPosition: () => this.headPosition(),
      lookFor: this.#reads.lookFor.bind(this.#reads),
      everyMs: this.times.watchMs,
    };
    const start = { after, streamPrefixes, head };
    return EsdbFeed.open(this.#connection.line(), start, lookout, this.times.deadlineMs);
  }
}
