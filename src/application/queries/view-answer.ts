/** What a view says, and how far behind the log it may be. */
export interface ViewAnswer<T> {
  readonly type: 'Answered';
  readonly value: T;
  /** Position the answer reflects; 0 before anything was projected. */
  readonly position: bigint;
  /** Position of the newest event of the log when asked; null while the log cannot be asked. */
  readonly head: bigint | null;
  /** The answer may lack what was written in the last so many milliseconds; null: not known. 0 for `asOf` answers. */
  readonly ageMs: number | null;
  /** Streams that this view no longer follows because of an event it cannot read. */
  readonly parked: number;
}

/**
 * The view did not reach the position that was asked for within the time, or is being folded for the first time since its
 * rows were lost. Ask again.
 */
export interface NotThereYet {
  readonly type: 'NotThereYet';
  readonly view: string;
  readonly position: bigint;
  /** Null: until the view has been level with the log once, no position is good enough. */
  readonly minPosition: bigint | null;
  readonly waitedMs: number;
}

export interface Freshness {
  /** Wait until the view reflects this position: the one a command answered with. */
  readonly minPosition?: bigint | undefined;
  /** For how long, in milliseconds; 5,000 by default. */
  readonly waitMs?: number | undefined;
}

/** The log as it was: up to and including a position, or what had been written by an instant. */
export type AsOf = { readonly position: bigint } | { readonly atMs: number };

/** Asked for the log as it was at a position or an instant that is still to come. */
export class AsOfAhead extends Error {
  override readonly name = 'AsOfAhead';
}

export interface Paging<Key> {
  /** Rows after this key; undefined: from the first. */
  readonly after?: Key | undefined;
  /** At most so many; 200 by default and at most 1,000. */
  readonly limit?: number | undefined;
}

export interface Page<Row, Key> {
  readonly rows: readonly Row[];
  /** The key to go on after; null: this was the last page. */
  readonly next: Key | null;
}
