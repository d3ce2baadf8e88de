import type { Clock } from '../../application/ports/clock.js';
import type { EventStore } from '../../application/ports/event-store.js';
import type { Database } from '../../application/ports/views.js';
import type { RebuildProgress } from './outcome.js';

export interface RebuildRoom {
  readonly store: EventStore;
  readonly database: Database;
  readonly clock: Clock;
}

export interface RebuildOptions {
  /** Compares and changes nothing. */
  readonly verifyOnly?: boolean;
  /** Replaces the live rows although they differ and nothing explains it. */
  readonly acceptDifferences?: boolean;
  /** Parks a stream at an event that cannot be applied, where a rebuild would otherwise stop. */
  readonly parkUnreadable?: boolean;
  /** Aborted: the shadow is dropped and nothing has changed. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: RebuildProgress) => void;
  readonly batchSize?: number;
}
