import {
  BACKWARDS,
  END,
  FORWARDS,
  START,
  type AllStreamResolvedEvent,
  type EventStoreDBClient,
  type ResolvedEvent,
  type StreamingRead,
} from '@eventstore/db-client';
import { StoreUnavailable, type Position, type RecordedEvent } from '../../application/ports/event-store.js';
import type { Connection } from './connection.js';
import { Pull } from './pull.js';
import { toRecordedEvent } from './recorded-event.js';
import { isStreamNotFound, toStoreError } from './store-errors.js';
import { startsWithAny } from './stream-prefix.js';

type Read = (client: EventStoreDBClient) => StreamingRead<ResolvedEvent> | StreamingRead<AllStreamResolvedEvent>;

export interface StreamRange {
  readonly direction: 'forwards' | 'backwards';
  readonly from?: bigint | undefined;
  readonly max: number;
}

/** How many events at most are looked through in one go for one that matches. */
const lookLength = 500;

/** Every read of the official client, each with a deadline for whatever comes next: the client itself sets none. */
export class EsdbReads {
  constructor(
    private readonly connection: Connection,
    private readonly deadlineMs: number,
  ) {}

  async stream(stream: string, range: StreamRange, deadlineMs = this.deadlineMs): Promise<RecordedEvent[]> {
    const [direction, begin] =
      range.direction === 'forwards' ? ([FORWARDS, START] as const) : ([BACKWARDS, END] as const);
    const options = { direction, fromRevision: range.from ?? begin, maxCount: range.max };
    const events: RecordedEvent[] = [];
    if (range.max < 1) return events;
    for await (const page of this.#pages((client) => client.readStream(stream, options), deadlineMs))
      events.push(...page);
    return events;
  }

  async *all(
    after: Position | undefined,
    upTo: Position | undefined,
    streamPrefixes: readonly string[],
  ): AsyncGenerator<RecordedEvent> {
    for await (const page of this.#allPages(after)) {
      for (const event of page) {
        if (upTo !== undefined && event.position > upTo) return;
        if (event.position > (after ?? -1n) && startsWithAny(event.stream, streamPrefixes)) yield event;
      }
    }
  }

  async *allBackwards(before: Position | undefined, streamPrefixes: readonly string[]): AsyncGenerator<RecordedEvent> {
    // The server refuses a position beyond its end.
    const isWithin = before !== undefined && before <= (await this.head());
    const fromPosition = isWithin ? { commit: before, prepare: before } : END;
    const pages = this.#pages((client) => client.readAll({ direction: BACKWARDS, fromPosition }));
    for await (const page of pages) {
      for (const event of page) if (startsWithAny(event.stream, streamPrefixes)) yield event;
    }
  }

  async head(): Promise<Position> {
    const newest = { direction: BACKWARDS, fromPosition: END, maxCount: 1 } as const;
    for await (const [event] of this.#pages((client) => client.readAll(newest))) return event?.position ?? 0n;
    return 0n;
  }

  /** Looks for an event that matches, in a stretch of the log after one position and up to another at most. */
  async lookFor(
    streamPrefixes: readonly string[],
    after: Position | undefined,
    upTo: Position,
  ): Promise<{ readonly found: boolean; readonly upTo: Position }> {
    let reached = after ?? 0n;
    for await (const page of this.#allPages(after, lookLength)) {
      for (const { stream, position } of page) {
        if (position > upTo) return { found: false, upTo };
        reached = position;
        if (position > (after ?? -1n) && startsWithAny(stream, streamPrefixes)) return { found: true, upTo: reached };
      }
    }
    return { found: false, upTo: reached };
  }

  /** Begins with the event at `after` itself, if there is one. */
  #allPages(after: Position | undefined, maxCount?: number): AsyncGenerator<RecordedEvent[]> {
    const options = {
      direction: FORWARDS,
      fromPosition: after ? { commit: after, prepare: after } : START,
      ...(maxCount === undefined ? {} : { maxCount }),
    } as const;
    return this.#pages((client) => client.readAll(options));
  }

  async *#pages(read: Read, deadlineMs = this.deadlineMs): AsyncGenerator<RecordedEvent[]> {
    const line = this.connection.line();
    let heardAtMs = performance.now();
    const stream = read(line.client);
    const pull = new Pull<ResolvedEvent | AllStreamResolvedEvent>(stream, () => stream.cancel());
    try {
      for (;;) {
        const state = await pull.wait(deadlineMs);
        if (state === 'end') return;
        if (state === 'silence') {
          line.silent(heardAtMs);
          throw new StoreUnavailable(`the event store said nothing for ${deadlineMs} ms`);
        }
        const page = pull.take().map(toRecordedEvent);
        line.heard();
        if (page.length > 0) yield page;
        heardAtMs = performance.now();
      }
    } catch (error) {
      if (!isStreamNotFound(error)) throw toStoreError(error);
    } finally {
      pull.cancel();
      line.release();
    }
  }
}
