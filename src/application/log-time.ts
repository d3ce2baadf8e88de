import type { Clock } from './ports/clock.js';
import type { RecordedEvent } from './ports/event-store.js';

/**
 * How long ago something was written, by one clock only. Wall clocks of two machines may differ by any amount; the log's
 * own stamps every event, and from the newest stamp that was read this process counts on with its monotonic one.
 */
export class LogTime {
  /** By how much the log's clock is ahead of the monotonic one, at least: what is read was written before. */
  #aheadMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly clock: Pick<Clock, 'monotonicMs'>) {}

  heard({ createdMs }: Pick<RecordedEvent, 'createdMs'>): void {
    this.#aheadMs = Math.max(this.#aheadMs, createdMs - this.clock.monotonicMs());
  }

  /** Milliseconds since an event was written that was heard of here: so many at least, and never less than none. */
  sinceWritten(createdMs: number): number {
    return this.clock.monotonicMs() + this.#aheadMs - createdMs;
  }
}
