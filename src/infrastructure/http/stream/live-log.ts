import { shownPrefixes } from '../../../domain/streams.js';
import type { EventStore, Position, RecordedEvent, Subscription } from '../../../application/ports/event-store.js';
import { eventText } from './event-text.js';

/** An event and the text it is sent as, made once for all clients. */
export interface Sent {
  readonly event: RecordedEvent;
  readonly text: string;
}

export interface Kept {
  readonly events: number;
  readonly characters: number;
}

/**
 * The newest stretch of the log, kept up by one subscription. It holds a bounded number of events; who has fallen
 * behind it reads from the log itself, so a slow reader costs no memory here.
 */
export class LiveLog {
  readonly #subscription: Subscription;
  readonly #waiting = new Set<() => void>();
  #recent: Sent[] = [];
  #characters = 0;
  #floor: Position;
  #reached: Position;

  private constructor(
    store: EventStore,
    head: Position,
    private readonly kept: Kept,
  ) {
    this.#floor = head;
    this.#reached = head;
    this.#subscription = store.subscribe({
      from: head,
      streamPrefixes: shownPrefixes,
      onBatch: async (events, upTo) => this.#take(events, upTo),
      onFailed: (bug) => {
        throw bug;
      },
    });
  }

  /** Begins at the present end of the log. Rejects with StoreUnavailable. */
  static async open(store: EventStore, kept: Kept): Promise<LiveLog> {
    return new LiveLog(store, await store.headPosition(), kept);
  }

  /** Of the newest event that is known here. */
  get reached(): Position {
    return this.#reached;
  }

  /** At most so many events after a position, oldest first; undefined: they are no longer all kept. */
  after(position: Position, most: number): readonly Sent[] | undefined {
    if (position < this.#floor) return undefined;
    const first = this.#recent.findLastIndex(({ event }) => event.position <= position) + 1;
    return this.#recent.slice(first, first + most);
  }

  /** Resolves when there is more than there was, or at once when the signal is aborted. */
  grown(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      if (signal.aborted) return wake();
      this.#waiting.add(wake);
      signal.addEventListener('abort', wake);
    });
  }

  async close(): Promise<void> {
    await this.#subscription.stop();
  }

  #take(events: readonly RecordedEvent[], upTo: Position): void {
    for (const event of events) {
      const text = eventText(event);
      this.#recent.push({ event, text });
      this.#characters += text.length;
    }
    this.#reached = upTo;
    this.#forgetOldest();
    for (const wake of [...this.#waiting]) wake();
  }

  /** By halves, so that a long run of events is not shifted one by one. */
  #forgetOldest(): void {
    while (this.#recent.length > this.kept.events || this.#characters > this.kept.characters) {
      const gone = this.#recent.slice(0, Math.ceil(this.#recent.length / 2));
      this.#recent = this.#recent.slice(gone.length);
      this.#characters -= gone.reduce((sum, { text }) => sum + text.length, 0);
      this.#floor = gone.at(-1)?.event.position ?? this.#floor;
    }
  }
}
