import type { Clock } from '../../application/ports/clock.js';
import type { EventStore } from '../../application/ports/event-store.js';
import type { Say } from '../../application/ports/log.js';
import type { Database } from '../../application/ports/views.js';

export interface ProjectorOptions {
  readonly maxBatch: number;
  /** Least time from one batch's beginning to the next one's: a transaction for each event would cost more than the event. */
  readonly paceMs: number;
  /** How often the log's head is compared with what was projected. */
  readonly checkMs: number;
  /** Events are waiting and none came for this long: the subscription is dead without having said so. */
  readonly silentMs: number;
  readonly retryMs: number;
  readonly longestRetryMs: number;
}

export const projectorDefaults: ProjectorOptions = {
  maxBatch: 2_000,
  paceMs: 20,
  checkMs: 1_000,
  silentMs: 10_000,
  retryMs: 100,
  longestRetryMs: 5_000,
};

export interface ProjectorRoom {
  readonly store: EventStore;
  readonly database: Database;
  readonly clock: Clock;
  readonly say: Say;
}

/** How long to wait after so many failures in a row. */
export function waitMs({ retryMs, longestRetryMs }: ProjectorOptions, failures: number): number {
  return Math.min(retryMs * 2 ** Math.min(failures, 20), longestRetryMs);
}
