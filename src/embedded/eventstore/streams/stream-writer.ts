import type { EventLog, NewRecord } from '../log/event-log.js';
import { nowTicks } from './clock.js';
import {
  decideAppend,
  decideRepeat,
  type AppendDecision,
  type ExpectedVersion,
  type StreamState,
} from './expected-version.js';
import type { MetadataCache } from './metadata-cache.js';
import type { ProposedEvent } from './proposed-event.js';
import type { RecentIds } from './recent-ids.js';
import { eventRecord, metadataRecord, tombstoneRecord } from './records.js';
import {
  firstVisibleRevision,
  isExpired,
  softDeleteJson,
  withTruncateBefore,
  type StreamMetadata,
} from './stream-metadata.js';
import { isMetastream, metastreamOf, originalOf } from './stream-name.js';

export type WriteOutcome =
  /** `revision` -1: the stream is empty still. `position` undefined: nothing was written, or it is no longer visible. */
  | { readonly type: 'Written'; readonly revision: number; readonly position: number | undefined }
  | { readonly type: 'StreamDeleted' }
  | { readonly type: 'WrongExpectedVersion'; readonly current: number };

/** A stream, what is true of it, and the metadata of the stream it is or, for `$$name`, describes. */
interface Subject {
  readonly stream: string;
  readonly state: StreamState;
  readonly metadata: StreamMetadata;
}

/**
 * Appends to, deletes and tombstones streams by the rules of expected versions. Every method resolves once what it
 * wrote, or what speaks against writing it, is durable, and rejects with LogFull or LogBroken.
 */
export class StreamWriter {
  constructor(
    private readonly log: EventLog,
    private readonly metadata: MetadataCache,
    private readonly recentIds: RecentIds,
  ) {}

  append(stream: string, expected: ExpectedVersion, events: readonly ProposedEvent[]): Promise<WriteOutcome> {
    return this.#about(stream, (subject) => {
      const decision = decideAppend(subject.state, expected, events.length, (index) => {
        const event = events[index];
        return event && this.recentIds.revisionOf(event.id, stream);
      });
      switch (decision.type) {
        case 'Append':
          return this.#write(subject, events);
        case 'Compare':
          return this.#repeat(subject, expected, decision.from, events);
        default:
          return this.#answer(subject, decision);
      }
    });
  }

  /** Hides all events of the stream; the next append opens it again behind them. */
  softDelete(stream: string, expected: ExpectedVersion): Promise<WriteOutcome> {
    return this.#about(stream, (subject) => {
      const decision = decideDelete(subject.state, expected);
      if (decision.type !== 'Append') return this.#answer(subject, decision);
      const { lastRevision, hasMetadata } = subject.state;
      if (lastRevision === -1 && !hasMetadata) return this.#answer(subject, { type: 'WrongExpectedVersion' });
      const metastream = metastreamOf(stream);
      const revision = this.log.head(metastream).lastRevision + 1;
      return this.#record(metadataRecord(metastream, revision, nowTicks(), Buffer.from(softDeleteJson)));
    });
  }

  /** Ends the stream for ever. */
  tombstone(stream: string, expected: ExpectedVersion): Promise<WriteOutcome> {
    return this.#about(stream, (subject) => {
      const decision = decideDelete(subject.state, expected);
      if (decision.type !== 'Append') return this.#answer(subject, decision);
      return this.#record(tombstoneRecord(stream, nowTicks()));
    });
  }

  /** Decides with everything known at this instant: until `decide` has handed its records to the log nothing is awaited. */
  async #about(stream: string, decide: (subject: Subject) => Promise<WriteOutcome>): Promise<WriteOutcome> {
    const owner = isMetastream(stream) ? originalOf(stream) : stream;
    for (;;) {
      const metadata = this.metadata.peek(owner);
      if (metadata !== undefined) return decide({ stream, state: this.#stateOf(stream, metadata), metadata });
      await this.metadata.load(owner);
    }
  }

  #stateOf(stream: string, metadata: StreamMetadata): StreamState {
    const head = this.log.head(stream);
    if (isMetastream(stream)) {
      const tombstoned = head.tombstoned || this.log.head(originalOf(stream)).tombstoned;
      return { lastRevision: head.lastRevision, tombstoned, softDeleted: false, hasMetadata: false };
    }
    return {
      lastRevision: head.lastRevision,
      tombstoned: head.tombstoned,
      softDeleted: metadata.softDeleted,
      hasMetadata: this.log.head(metastreamOf(stream)).lastRevision >= 0,
    };
  }

  async #write(subject: Subject, events: readonly ProposedEvent[]): Promise<WriteOutcome> {
    const { stream, state, metadata } = subject;
    if (events.length === 0) {
      await this.log.settled();
      return { type: 'Written', revision: state.lastRevision, position: undefined };
    }
    const createdTicks = nowTicks();
    const first = state.lastRevision + 1;
    const records = events.map((event, index) => eventRecord(stream, first + index, createdTicks, event));
    if (metadata.softDeleted) records.push(this.#undelete(subject, events, createdTicks));
    const appended = this.log.append(records);
    events.forEach((event, index) => this.recentIds.remember(event.id, stream, first + index));
    try {
      const positions = await appended;
      return { type: 'Written', revision: first + events.length - 1, position: positions[events.length - 1] };
    } catch (failure) {
      events.forEach((event, index) => this.recentIds.forget(event.id, stream, first + index));
      throw failure;
    }
  }

  /** The metadata record that makes a soft-deleted stream visible again from its first new event on. */
  #undelete({ stream, state, metadata }: Subject, events: readonly ProposedEvent[], createdTicks: bigint): NewRecord {
    const first = state.lastRevision + 1;
    if (isMetastream(stream)) {
      const visibleFrom = this.log.head(originalOf(stream)).lastRevision + 1;
      const document = withTruncateBefore(events.at(-1)?.data, visibleFrom);
      return metadataRecord(stream, first + events.length, createdTicks, document);
    }
    const metastream = metastreamOf(stream);
    const revision = this.log.head(metastream).lastRevision + 1;
    return metadataRecord(metastream, revision, createdTicks, withTruncateBefore(metadata.document, first));
  }

  async #record(record: NewRecord): Promise<WriteOutcome> {
    const [position] = await this.log.append([record]);
    return { type: 'Written', revision: record.revision, position };
  }

  async #repeat(
    subject: Subject,
    expected: ExpectedVersion,
    from: number,
    events: readonly ProposedEvent[],
  ): Promise<WriteOutcome> {
    const same = await this.#countSameIds(subject.stream, from, events);
    const decision = decideRepeat(subject.state, expected, from, events.length, (index) => index < same);
    if (decision.type !== 'Append') return this.#answer(subject, decision);
    return this.#about(subject.stream, (now) => {
      const unchanged = now.state.lastRevision === subject.state.lastRevision && now.metadata === subject.metadata;
      return unchanged ? this.#write(now, events) : this.append(subject.stream, expected, events);
    });
  }

  /** How many events from `from` on have the ids of `events`, one for one. */
  async #countSameIds(stream: string, from: number, events: readonly ProposedEvent[]): Promise<number> {
    for (const [index, event] of events.entries()) {
      const position = this.log.positionOf(stream, from + index);
      if (position === undefined) return index;
      const stored = await this.log.read(position);
      if (Buffer.compare(stored.id, event.id) !== 0) return index;
    }
    return events.length;
  }

  /** An answer may rest on records that are still on their way to the disk: it waits for them, or fails with them. */
  async #answer(subject: Subject, decision: Exclude<AppendDecision, { type: 'Append' }>): Promise<WriteOutcome> {
    await this.log.settled();
    if (decision.type === 'StreamDeleted') return { type: 'StreamDeleted' };
    if (decision.type !== 'Repeated') return { type: 'WrongExpectedVersion', current: subject.state.lastRevision };
    const revision = decision.lastRevision;
    return { type: 'Written', revision, position: await this.#visiblePosition(subject, revision) };
  }

  async #visiblePosition({ stream, state, metadata }: Subject, revision: number): Promise<number | undefined> {
    const own = isMetastream(stream) ? this.metadata.peek(stream) : metadata;
    const position = this.log.positionOf(stream, revision);
    if (own === undefined || position === undefined) return undefined;
    if (revision < firstVisibleRevision(own, state.lastRevision)) return undefined;
    if (own.maxAgeSeconds === undefined) return position;
    const { createdTicks } = await this.log.read(position);
    return isExpired(own, createdTicks, nowTicks()) ? undefined : position;
  }
}

/** A delete is decided like an append of one event that was never seen before. */
function decideDelete(state: StreamState, expected: ExpectedVersion): AppendDecision {
  const decision = decideAppend(state, expected, 1, () => undefined);
  return decision.type === 'Compare' ? decideRepeat(state, expected, decision.from, 1, () => false) : decision;
}
