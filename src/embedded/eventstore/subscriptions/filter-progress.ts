import { isHidden, type SubscriptionFilter } from '../filter/record-filter.js';
import type { LogRecord } from '../log/event-log.js';
import type { Delivery } from './delivery.js';

/** Sorts records into those the reader wants, and tells it now and then how far the log was searched. */
export class FilterProgress {
  #considered = 0;
  #lastCheckpoint = -1;

  constructor(private readonly filter: SubscriptionFilter | undefined) {}

  *deliver(records: readonly LogRecord[]): Generator<Delivery> {
    let accepted: LogRecord[] = [];
    for (const record of records) {
      if (!isHidden(record) && (this.filter === undefined || this.filter.accepts(record))) accepted.push(record);
      if (this.filter === undefined || ++this.#considered < this.filter.checkpointInterval) continue;
      if (accepted.length > 0) yield { type: 'Records', records: accepted };
      accepted = [];
      this.#considered = 0;
      yield* this.checkpoint(record.position);
    }
    if (accepted.length > 0) yield { type: 'Records', records: accepted };
  }

  /** A checkpoint that says nothing new is not worth sending. */
  *checkpoint(position: number): Generator<Delivery> {
    if (this.filter === undefined || position <= this.#lastCheckpoint) return;
    this.#lastCheckpoint = position;
    yield { type: 'Checkpoint', position };
  }

  /** The interval is counted anew from here. */
  restart(): void {
    this.#considered = 0;
  }
}
