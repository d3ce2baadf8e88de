import { setTimeout as wait } from 'node:timers/promises';
import type { Position, Subscription, SubscriptionOptions } from '../../application/ports/event-store.js';
import type { Delivery, Feed } from './delivery.js';

/** What a subscription needs of a store. */
export interface FeedSource {
  openFeed(after: Position | undefined, streamPrefixes: readonly string[]): Promise<Feed>;
  headPosition(): Promise<Position>;
}

export interface Backoff {
  readonly firstMs: number;
  readonly longestMs: number;
}

const defaultMaxBatch = 1000;

/** Keeps a feed open from the last position handled, for as long as it is not stopped and its handler does not throw. */
export class LogSubscription implements Subscription {
  readonly #ending = new AbortController();
  /** Resolves after `stop` or a failed batch. */
  readonly ended: Promise<void>;
  #position: Position | undefined;
  #feed: Feed | undefined;
  #losses = 0;

  constructor(
    private readonly source: FeedSource,
    private readonly options: SubscriptionOptions,
    private readonly backoff: Backoff,
  ) {
    if (options.streamPrefixes.length === 0) throw new RangeError('a subscription needs at least one prefix');
    this.#position = typeof options.from === 'bigint' ? options.from : undefined;
    this.ended = this.#run();
  }

  get position(): Position | undefined {
    return this.#position;
  }

  get alive(): boolean {
    return this.#feed !== undefined && !this.#ending.signal.aborted;
  }

  async stop(): Promise<void> {
    this.#ending.abort();
    this.#feed?.close();
    await this.ended;
  }

  async #run(): Promise<void> {
    while (!this.#ending.signal.aborted) {
      try {
        await this.#follow();
      } catch (cause) {
        if (this.#ending.signal.aborted) return;
        this.options.onDropped?.(cause);
        await wait(this.#delayMs(), undefined, { signal: this.#ending.signal }).catch(() => undefined);
      }
    }
  }

  /** Rejects when the feed was lost; resolves when the subscription has ended. */
  async #follow(): Promise<void> {
    if (this.options.from === 'end') this.#position ??= await this.source.headPosition();
    const feed = await this.#open();
    if (feed === undefined) return;
    this.#feed = feed;
    try {
      while (!this.#ending.signal.aborted) {
        const delivery = await feed.next(this.options.maxBatch ?? defaultMaxBatch);
        if (delivery === undefined || this.#ending.signal.aborted) return;
        this.#losses = 0;
        await this.#hand(delivery);
      }
    } finally {
      this.#feed = undefined;
      feed.close();
    }
  }

  /** Undefined if it was stopped first; a feed that opens later is closed. */
  async #open(): Promise<Feed | undefined> {
    const { signal } = this.#ending;
    const opening = this.source.openFeed(this.#position, this.options.streamPrefixes);
    let onAbort = () => {};
    const stopped = new Promise<undefined>((resolve) => (onAbort = () => resolve(undefined)));
    signal.addEventListener('abort', onAbort);
    try {
      const feed = await Promise.race([opening, stopped]);
      if (feed !== undefined && !signal.aborted) return feed;
      void opening.then(
        (late) => late.close(),
        () => undefined,
      );
      return undefined;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  async #hand({ events, upTo, caughtUp }: Delivery): Promise<void> {
    try {
      if (events.length > 0) await this.options.onBatch(events, upTo);
      this.#position = upTo;
      if (caughtUp) this.options.onCaughtUp?.();
    } catch (cause) {
      this.#ending.abort();
      this.options.onFailed(cause);
    }
  }

  #delayMs(): number {
    const most = Math.min(this.backoff.firstMs * 2 ** this.#losses++, this.backoff.longestMs);
    return most * (0.5 + Math.random() / 2);
  }
}
