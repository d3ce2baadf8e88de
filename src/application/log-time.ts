import type { Clock } from './ports/clock.js';
import type { RecordedEvent } from './ports/event-store.js';

/** What was heard before the last two of these counts no more: no two clocks run alike for ever. */
const windowMs = 900_000;

/**
 * How long ago something was written, by the log's time: the log stamps every event, and from the newest stamp that was
 * read this process counts on with its monotonic clock. Wall clocks of machines may differ by any amount.
 */
export class LogTime {
  /** By how much the log's clock is ahead of the monotonic one, at least: what is read was written before. */
  #aheadMs = Number.NEGATIVE_INFINITY;
  #aheadBeforeMs = Number.NEGATIVE_INFINITY;
  #windowFromMs: number;

  constructor(private readonly clock: Pick<Clock, 'monotonicMs'>) {
    this.#windowFromMs = clock.monotonicMs();
  }

  heard({ createdMs }: Pick<RecordedEvent, 'createdMs'>): void {
    const nowMs = this.#nowMs();
    this.#aheadMs = Math.max(this.#aheadMs, createdMs - nowMs);
  }

  /**
   * Milliseconds since an event was written: so many at least. Negative, or minus infinity, where nothing newer was heard
   * of lately.
   */
  sinceWritten(createdMs: number): number {
    return this.#nowMs() + Math.max(this.#aheadMs, this.#aheadBeforeMs) - createdMs;
  }

  #nowMs(): number {
    const nowMs = this.clock.monotonicMs();
    const windows = Math.floor((nowMs - this.#windowFromMs) / windowMs);
    if (windows > 0) {
      this.#aheadBeforeMs = windows === 1 ? this.#aheadMs : Number.NEGATIVE_INFINITY;
      this.#aheadMs = Number.NEGATIVE_INFINITY;
      this.#windowFromMs += windows * windowMs;
    }
    return nowMs;
  }
}
