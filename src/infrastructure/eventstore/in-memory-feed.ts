import type { RecordedEvent } from '../../application/ports/event-store.js';
import type { Delivery, Feed } from './delivery.js';
import { startsWithAny } from './stream-prefix.js';

/** Delivers an array that only grows; an event's position is its place, counted from one. */
export class InMemoryFeed implements Feed {
  readonly #headAtOpening: number;
  #toldCaughtUp = false;
  #closed = false;
  #wake = () => {};

  constructor(
    private readonly log: readonly RecordedEvent[],
    private reached: number,
    private readonly streamPrefixes: readonly string[],
    private readonly onClose: () => void,
  ) {
    this.#headAtOpening = log.length;
  }

  async next(max: number): Promise<Delivery | undefined> {
    while (!this.#closed) {
      const delivery = this.#waiting(max);
      if (delivery !== undefined) return delivery;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    return undefined;
  }

  wake(): void {
    this.#wake();
  }

  close(): void {
    this.#closed = true;
    this.onClose();
    this.#wake();
  }

  #waiting(max: number): Delivery | undefined {
    const from = this.reached;
    const events: RecordedEvent[] = [];
    for (; this.reached < this.log.length && events.length < max; this.reached++) {
      const event = this.log[this.reached];
      if (event !== undefined && startsWithAny(event.stream, this.streamPrefixes)) events.push(event);
    }
    const caughtUp = !this.#toldCaughtUp && this.reached >= this.#headAtOpening;
    if (this.reached <= from && !caughtUp) return undefined;
    this.#toldCaughtUp ||= caughtUp;
    return { events, upTo: BigInt(this.reached), caughtUp };
  }
}
