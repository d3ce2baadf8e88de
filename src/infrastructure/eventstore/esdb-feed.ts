import {
  START,
  streamNameFilter,
  type AllStreamResolvedEvent,
  type AllStreamSubscription,
  type Position as LogPosition,
} from '@eventstore/db-client';
import type { Position } from '../../application/ports/event-store.js';
import type { Line } from './connection.js';
import type { Delivery, Feed } from './delivery.js';
import { Pull } from './pull.js';
import { toRecordedEvent } from './recorded-event.js';

/** The server says nothing although something to deliver has been in the log for a while. */
export class SilentDrop extends Error {
  override readonly name = 'SilentDrop';
}

/** The server has ended a subscription, which it does not do of itself. */
export class SubscriptionEnded extends Error {
  override readonly name = 'SubscriptionEnded';
}

/** What a feed asks of the store when the subscription says nothing. */
export interface Lookout {
  headPosition(): Promise<Position>;
  /** Looks through a stretch of the log after one position, up to another at most. */
  lookFor(
    streamPrefixes: readonly string[],
    after: Position | undefined,
    upTo: Position,
  ): Promise<{ readonly found: boolean; readonly upTo: Position }>;
  readonly everyMs: number;
}

export interface FeedStart {
  readonly after: Position | undefined;
  readonly streamPrefixes: readonly string[];
  /** What the head of the log was before the subscription was asked for. */
  readonly head: Position;
}

interface Mark {
  /** Holds once so many events were taken. */
  readonly events: number;
  readonly upTo: Position;
}

/** One subscription of the official client to all streams with one of the prefixes. */
export class EsdbFeed implements Feed {
  readonly #pull: Pull<AllStreamResolvedEvent>;
  readonly #marks: Mark[] = [];
  #taken = 0;
  #reached: Position | undefined;
  #toldCaughtUp = false;
  #closed = false;

  private constructor(
    subscription: AllStreamSubscription,
    private readonly line: Line,
    private readonly start: FeedStart,
    private readonly lookout: Lookout,
  ) {
    this.#reached = start.after;
    this.#pull = new Pull(subscription, () => subscription.unsubscribe());
    subscription.on('caughtUp', () => this.#mark(start.head));
  }

  /** Resolves when the server has confirmed the subscription; rejects when it does not within the deadline. */
  static async open(line: Line, start: FeedStart, lookout: Lookout, deadlineMs: number): Promise<EsdbFeed> {
    const filter = streamNameFilter({
      prefixes: [...start.streamPrefixes],
      checkpointInterval: 1,
      checkpointReached: (_, { commit }: LogPosition) => feed.#mark(commit),
    });
    const fromPosition = start.after ? { commit: start.after, prepare: start.after } : START;
    const subscription = line.client.subscribeToAll({ fromPosition, filter });
    const feed: EsdbFeed = new EsdbFeed(subscription, line, start, lookout);
    const askedAtMs = performance.now();
    try {
      await confirmation(subscription, deadlineMs);
      return feed;
    } catch (cause) {
      if (cause instanceof SilentDrop) line.silent(askedAtMs);
      feed.close();
      throw cause;
    }
  }

  async next(max: number): Promise<Delivery | undefined> {
    let suspect: Position | undefined;
    while (!this.#closed) {
      const waiting = this.#waiting(max);
      if (waiting !== undefined) return waiting;
      const arrived = await this.#pull.wait(this.lookout.everyMs);
      if (this.#closed) return undefined;
      if (arrived === 'end') throw new SubscriptionEnded('the server ended the subscription');
      if (arrived === 'something') suspect = undefined;
      else if (suspect === undefined) suspect = await this.#headIfAhead();
      else await this.#judge(suspect);
    }
    return undefined;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#pull.cancel();
    this.#pull.wake();
    this.line.release();
  }

  #mark(upTo: Position): void {
    this.#marks.push({ events: this.#pull.arrived, upTo });
    this.#pull.wake();
  }

  #waiting(max: number): Delivery | undefined {
    const events = this.#pull.take(max).map(toRecordedEvent);
    if (events.length > 0) this.line.heard();
    this.#taken += events.length;
    const before = this.#reached;
    this.#reach(events.at(-1)?.position);
    while (this.#marks[0] !== undefined && this.#marks[0].events <= this.#taken) {
      this.#reach(this.#marks.shift()?.upTo);
    }
    const upTo = this.#reached ?? 0n;
    const caughtUp = !this.#toldCaughtUp && upTo >= this.start.head;
    if (events.length === 0 && this.#reached === before && !caughtUp) return undefined;
    this.#toldCaughtUp ||= caughtUp;
    return { events, upTo, caughtUp };
  }

  #reach(position: Position | undefined): void {
    if (position !== undefined && position > (this.#reached ?? -1n)) this.#reached = position;
  }

  async #headIfAhead(): Promise<Position | undefined> {
    const head = await this.lookout.headPosition().catch(() => undefined);
    return head !== undefined && head > (this.#reached ?? -1n) ? head : undefined;
  }

  /** Nothing has come for a whole interval, and the head is one interval old and lies ahead. */
  async #judge(head: Position): Promise<void> {
    const after = this.#reached;
    const seen = await this.lookout.lookFor(this.start.streamPrefixes, after, head).catch(() => undefined);
    if (seen === undefined || this.#pull.arrived > this.#taken || this.#reached !== after) return;
    if (seen.found) throw new SilentDrop(`nothing was delivered after position ${after ?? 'start'}`);
    this.#mark(seen.upTo);
  }
}

function confirmation(subscription: AllStreamSubscription, deadlineMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(reject, deadlineMs, new SilentDrop(`no confirmation within ${deadlineMs} ms`));
    const settle = (settled: () => void) => () => {
      clearTimeout(timer);
      settled();
    };
    subscription.once('confirmation', settle(resolve));
    subscription.once('error', (cause) => settle(() => reject(cause))());
    subscription.once(
      'close',
      settle(() => reject(new SubscriptionEnded('before it was confirmed'))),
    );
  });
}
