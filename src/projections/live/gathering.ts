import type { RecordedEvent } from '../../application/ports/event-store.js';

export interface Gathered {
  readonly events: readonly RecordedEvent[];
  /** Everything that matched up to it is in these events or in those taken before. */
  readonly upTo: bigint;
}

/**
 * What arrives while a batch is being written becomes the next batch: small ones when little happens, large ones when
 * there is much to catch up with. Whoever brings more than that waits.
 */
export class Gathering {
  #events: RecordedEvent[] = [];
  #upTo: bigint | undefined;
  #closed = false;
  #wakeTaker = () => {};
  #wakeBringer = () => {};

  constructor(private readonly most: number) {}

  get empty(): boolean {
    return this.#upTo === undefined;
  }

  /** Resolves when there is room for more. */
  async bring(events: readonly RecordedEvent[], upTo: bigint): Promise<void> {
    this.#events = this.#events.length === 0 ? [...events] : this.#events.concat(events);
    this.#upTo = upTo;
    this.#wakeTaker();
    while (this.#events.length >= this.most && !this.#closed) {
      await new Promise<void>((resolve) => (this.#wakeBringer = resolve));
    }
  }

  /** Waits for something to take; undefined once it is closed and everything was taken. */
  async take(): Promise<Gathered | undefined> {
    while (this.#upTo === undefined) {
      if (this.#closed) return undefined;
      await new Promise<void>((resolve) => (this.#wakeTaker = resolve));
    }
    const taken = { events: this.#events, upTo: this.#upTo };
    this.#events = [];
    this.#upTo = undefined;
    this.#wakeBringer();
    return taken;
  }

  /** Nothing more will be brought; nobody is left waiting. */
  close(): void {
    this.#closed = true;
    this.#wakeTaker();
    this.#wakeBringer();
  }
}
