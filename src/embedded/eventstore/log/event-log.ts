/** One record to be added. Revisions are the caller's business: it checks them against `EventLog.head` in the same tick. */
export interface NewRecord {
  readonly stream: string;
  /** 0 for the first record of a stream, then one more each. Ignored for a tombstone, which reads back with 0. */
  readonly revision: number;
  readonly tombstone: boolean;
  /** 16 bytes. */
  readonly id: Uint8Array;
  readonly type: string;
  readonly isJson: boolean;
  /** 100 ns since 1970-01-01 UTC. */
  readonly createdTicks: bigint;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

/** One record as it lies in the log: it begins at `position` and the next one begins at or after `end`. */
export interface LogRecord extends NewRecord {
  readonly position: number;
  readonly end: number;
}

export interface StreamHead {
  /** -1: no record yet. */
  readonly lastRevision: number;
  readonly tombstoned: boolean;
}

export type Direction = 'forwards' | 'backwards';

/** Nothing of the append was kept; reads go on, and appends succeed again once there is room. */
export class LogFull extends Error {
  override readonly name = 'LogFull';
}

/** The disk did not keep its promise (a failed sync): the process must end and recover from what is on disk. */
export class LogBroken extends Error {
  override readonly name = 'LogBroken';
}

/**
 * An append-only log of records with an index by stream. Positions are byte offsets, strictly rising, never reused.
 *
 * `head`, `positionOf` and `read` count a record from the moment `append` was called, durable or not, so that the
 * next decision can build on it; `readAll`, `readStream` and listeners see a record only once it is durable.
 */
export interface EventLog {
  /** Where the next durable record will begin at the earliest; everything before it survives a crash. */
  readonly durableEnd: number;
  /** Position of the newest durable record; 0 before the first. */
  readonly lastPosition: number;
  /** What opening had to cut off: the bytes of an append that a crash had interrupted, 0 after a clean end. */
  readonly recovered: { readonly truncatedBytes: number };

  /**
   * Adds records that belong together (all or none survive a crash) and resolves with their positions once they are
   * on disk. Rejects with LogFull or LogBroken; heads are then as if the append, and those queued behind it, had
   * never been asked for. The bytes of the records must not change any more. A record whose revision does not follow
   * the head, or whose stream is tombstoned, is the caller's bug: RangeError, and nothing changes.
   */
  append(records: readonly NewRecord[]): Promise<readonly number[]>;

  /** Resolves once everything handed to `append` so far is durable; rejects if it was lost. */
  settled(): Promise<void>;

  head(stream: string): StreamHead;
  /** Position of one revision, or undefined if the stream has no such record. */
  positionOf(stream: string, revision: number): number | undefined;
  /** The record that begins at `position`, durable or not yet. */
  read(position: number): Promise<LogRecord>;
  /** Up to `max` durable records of a stream from `revision` on (inclusive in both directions), tombstone excluded. */
  readStream(stream: string, revision: number, direction: Direction, max: number): Promise<LogRecord[]>;
  /** Up to `max` durable records: forwards those at or after `position`, backwards those that end at or before it. */
  readAll(position: number, direction: Direction, max: number): Promise<LogRecord[]>;

  /**
   * Calls back in log order with every group of records as it becomes durable: after reads can see them, before their
   * appends resolve. Returns the way to stop it.
   */
  onDurable(listener: (records: readonly LogRecord[]) => void): () => void;

  /** Calls back once, when the log breaks (or at once, if it is broken). The process should say why and end. */
  onBroken(listener: (reason: LogBroken) => void): () => void;

  /** Waits for the appends under way. Afterwards every call but `head`, `positionOf` and `close` is refused. */
  close(): Promise<void>;
}
