import type { JsonObject } from '../../domain/kernel/json.js';

export interface EventMetadata {
  /** The command that decided this; event ids are derived from it, so a repeat writes nothing new. */
  readonly commandId: string;
  readonly $correlationId: string;
  readonly $causationId: string;
  readonly actor: { readonly key: string; readonly role: string; readonly player: number | null };
  readonly via: 'http' | 'cli' | 'monitor' | 'sweep' | 'daemon' | 'recovery' | 'import' | 'test';
  readonly schemaVersion: number;
}

export interface NewEvent {
  /** A UUID; the store takes a repeat of the same id at the same revision as the same event. */
  readonly id: string;
  readonly type: string;
  readonly data: JsonObject;
  readonly metadata: EventMetadata;
}

export interface RecordedEvent extends NewEvent {
  readonly stream: string;
  readonly revision: bigint;
  /** Commit position in the whole log: strictly rising. */
  readonly position: bigint;
  readonly createdMs: number;
}

/** `'none'`: the stream must not exist yet. There is no way to say "whatever it is". */
export type ExpectedRevision = bigint | 'none';

export type AppendResult =
  | { readonly type: 'Appended'; readonly revision: bigint; readonly position: bigint }
  /** Somebody else wrote first; nothing of this append was kept. */
  | { readonly type: 'Conflict' };

/** The store does not answer, or refuses for the moment. Nothing was written, or the repeat of it is harmless. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}

/** The store has no room. Reads go on; nothing was written. */
export class StoreFull extends Error {
  override readonly name = 'StoreFull';
}

/** More than the store takes in one append, which is 1 MiB unless it was told otherwise. Nothing was written. */
export class AppendTooLarge extends Error {
  override readonly name = 'AppendTooLarge';
}

/** Sent, not answered in time, and reading back did not settle it: it may or may not have been written. */
export class OutcomeUnknown extends Error {
  override readonly name = 'OutcomeUnknown';
  constructor(readonly commandId: string) {
    super(`the outcome of command ${commandId} is not known`);
  }
}

export type Position = bigint;

export interface SubscriptionOptions {
  /** Exclusive: the first event delivered lies after it. `'start'` and `'end'` as the words say. */
  readonly from: Position | 'start' | 'end';
  /** Only streams whose name begins with one of these. */
  readonly streamPrefixes: readonly string[];
  /**
   * Called with one batch at a time, in log order, never an empty one; the next batch waits until it has settled.
   * A throw ends it all.
   */
  onBatch(events: readonly RecordedEvent[], upTo: Position): Promise<void>;
  /** Everything that was in the log when the subscription (re)started has been delivered. */
  onCaughtUp?(): void;
  /** Delivery was lost and is being taken up again from the last position. */
  onDropped?(cause: unknown): void;
  /** `onBatch` threw: the subscription has ended. */
  onFailed(cause: unknown): void;
  readonly maxBatch?: number;
}

export interface Subscription {
  /** Position up to which everything that matched was handled. It moves on though nothing matches, if later. */
  readonly position: Position | undefined;
  /** False while delivery is lost, and for good after `stop` or a failed batch. */
  readonly alive: boolean;
  /** Waits for the batch in hand, so `onBatch` must not wait for it. */
  stop(): Promise<void>;
}

/**
 * The log. Every append names the exact revision it builds on; that compare-and-swap is the only lock there is.
 * A stream whose settings, the stream of its name after `$$`, have a `$maxCount` in their newest `$metadata` event shows
 * only so many of its newest events where it is read by its name; its revisions go on counting.
 * All calls reject with StoreUnavailable when the store cannot be reached within their deadline.
 */
export interface EventStore {
  /**
   * Writes all of the events or none. Repeating an append with the same ids at the same revision writes nothing and is
   * answered like the first time, or as a conflict where the stream no longer shows them. Rejects with StoreFull or AppendTooLarge, or with OutcomeUnknown when the deadline
   * passed and reading back settled nothing.
   */
  append(stream: string, expected: ExpectedRevision, events: readonly NewEvent[]): Promise<AppendResult>;
  /** Newest first, from `from` (inclusive; default the end). A stream that does not exist has no events. */
  readBackwards(stream: string, options: { readonly from?: bigint; readonly max: number }): Promise<RecordedEvent[]>;
  /** Oldest first, from `from` (inclusive; default the beginning). */
  readForwards(stream: string, options: { readonly from?: bigint; readonly max: number }): Promise<RecordedEvent[]>;
  /** The whole log in order, after `after` (exclusive), up to and including `upTo`. */
  readAll(options: {
    readonly after?: Position;
    readonly upTo?: Position;
    readonly streamPrefixes: readonly string[];
  }): AsyncIterable<RecordedEvent>;
  /** The whole log against its order, from the last event before `before` on (exclusive; default, or beyond the end: the end). */
  readAllBackwards(options: {
    readonly before?: Position;
    readonly streamPrefixes: readonly string[];
  }): AsyncIterable<RecordedEvent>;
  /** Position of the newest event in the whole log, system events included; 0 in an empty one. */
  headPosition(): Promise<Position>;
  subscribe(options: SubscriptionOptions): Subscription;
  close(): Promise<void>;
}
