import { NO_STREAM } from '@eventstore/db-client';
import { setTimeout as wait } from 'node:timers/promises';
import {
  AppendTooLarge,
  type AppendResult,
  type ExpectedRevision,
  type NewEvent,
  type RecordedEvent,
} from '../../application/ports/event-store.js';
import { appendBytes, appendLimitBytes } from './append-limit.js';
import type { Connection } from './connection.js';
import type { EsdbReads } from './esdb-reads.js';
import { toEventData } from './recorded-event.js';
import { appended, settleAppend, type Answer } from './settle-append.js';
import { certainlyNotWritten, isWrongExpectedVersion, toStoreError } from './store-errors.js';

const readBackEveryMs = 100;

/** Appends over the official client that always end, and whose outcome is known whenever the log can still be read. */
export class EsdbAppends {
  /** @param deadlineMs for an answer; finding out what became of an append without one may take as long again */
  constructor(
    private readonly connection: Connection,
    private readonly reads: EsdbReads,
    private readonly deadlineMs: number,
  ) {}

  async append(stream: string, expected: ExpectedRevision, events: readonly NewEvent[]): Promise<AppendResult> {
    if (events.length === 0) throw new RangeError('an append needs at least one event');
    // Writes the JSON once more than needed: inside the client, what JSON cannot hold would end the process.
    if (appendBytes(events) > appendLimitBytes) throw new AppendTooLarge(`${stream}: over ${appendLimitBytes} bytes`);
    const first = expected === 'none' ? 0n : expected + 1n;
    const answer = await this.#write(stream, expected, events, this.deadlineMs);
    if (answer.type === 'Written') return appended(first, events, answer.position);
    const endsAtMs = performance.now() + this.deadlineMs;
    return settleAppend(first, events, answer, {
      readBack: (from, max) => this.#readBack(stream, from, max, endsAtMs),
      writeAgain: (from) => {
        const after = from === 0 ? expected : first + BigInt(from) - 1n;
        return this.#write(stream, after, events.slice(from), Math.max(1, endsAtMs - performance.now()));
      },
    });
  }

  /** Rejects only if nothing was written. What a failed result says about revisions is not looked at: it can be wrong. */
  async #write(
    stream: string,
    expected: ExpectedRevision,
    events: readonly NewEvent[],
    deadlineMs: number,
  ): Promise<Answer> {
    const expectedRevision = expected === 'none' ? NO_STREAM : expected;
    try {
      const { success, position } = await this.connection.call(deadlineMs, (client) =>
        client.appendToStream(stream, events.map(toEventData), { expectedRevision, deadline: deadlineMs }),
      );
      if (!success) return { type: 'WrongVersion' };
      return position === undefined ? { type: 'NoAnswer' } : { type: 'Written', position: position.commit };
    } catch (error) {
      if (isWrongExpectedVersion(error)) return { type: 'WrongVersion' };
      if (certainlyNotWritten(error)) throw toStoreError(error);
      return { type: 'NoAnswer', cause: error };
    }
  }

  async #readBack(stream: string, from: bigint, max: number, endsAtMs: number): Promise<RecordedEvent[]> {
    for (;;) {
      const leftMs = endsAtMs - performance.now();
      try {
        return await this.reads.stream(stream, { direction: 'forwards', from, max }, Math.max(1, leftMs));
      } catch (error) {
        if (leftMs <= readBackEveryMs) throw error;
        await wait(readBackEveryMs);
      }
    }
  }
}
