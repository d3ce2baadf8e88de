import type { Position, RecordedEvent } from '../../application/ports/event-store.js';

/** What a feed has waiting. */
export interface Delivery {
  /** Those that match, in log order. */
  readonly events: readonly RecordedEvent[];
  /** Everything that matches up to here is in `events` or was delivered before. */
  readonly upTo: Position;
  /** Everything that was in the log when the feed was opened has been delivered with this. */
  readonly caughtUp: boolean;
}

/** One uninterrupted delivery of the log from a position on. */
export interface Feed {
  /** Waits until something is there. Rejects when the delivery is lost; undefined once the feed is closed. */
  next(max: number): Promise<Delivery | undefined>;
  close(): void;
}
