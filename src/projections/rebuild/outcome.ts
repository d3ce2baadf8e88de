import type { ParkedStream } from '../../application/queries/projections.js';
import type { Difference } from './differences.js';
import type { Fingerprint } from './fingerprint.js';

export interface RebuildProgress {
  readonly view: string;
  readonly phase: 'folding' | 'comparing' | 'taking-over';
  readonly events: number;
  readonly position: bigint;
  /** The position to reach, as far as it is known by now. */
  readonly target: bigint;
  readonly eventsPerSecond: number;
  /** Null while it cannot be told. */
  readonly etaMs: number | null;
}

export interface RebuildReport {
  readonly view: string;
  /** Of the newest event that was folded; null when the log has none for this view. */
  readonly position: bigint | null;
  readonly events: number;
  readonly elapsedMs: number;
  /** Of the rebuilt tables. */
  readonly fingerprints: readonly Fingerprint[];
  /** False when there was nothing of this log to compare with: no checkpoint, or one of another log. */
  readonly compared: boolean;
  readonly differences: readonly Difference[];
  /** Of the rebuilt view. */
  readonly parked: readonly ParkedStream[];
}

export type RebuildOutcome =
  /** The rebuilt rows are live. */
  | ({ readonly type: 'Rebuilt' } & RebuildReport)
  /** Only looked at, and no difference is unexplained. */
  | ({ readonly type: 'Verified' } & RebuildReport)
  /** Some difference is unexplained: nothing was changed. */
  | ({ readonly type: 'Differs' } & RebuildReport)
  | { readonly type: 'CannotApply'; readonly view: string; readonly parked: ParkedStream }
  | { readonly type: 'AlreadyRunning'; readonly view: string }
  | { readonly type: 'Cancelled'; readonly view: string };
