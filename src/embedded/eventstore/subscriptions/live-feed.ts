import type { EventLog, LogRecord } from '../log/event-log.js';

const maxRecords = 2048;
const maxBytes = 8 * 1024 * 1024;

/**
 * Durable records as they come, kept until they are taken. When the reader is too slow everything kept is dropped and
 * `overflowed` says so: the reader goes back to the log, which forgets nothing.
 */
export class LiveFeed {
  #kept: LogRecord[] = [];
  #bytes = 0;
  #overflowed = false;
  #wake: (() => void) | undefined;
  readonly #stop: () => void;

  constructor(log: EventLog, wanted: (record: LogRecord) => boolean) {
    this.#stop = log.onDurable((records) => {
      for (const record of records) if (!this.#overflowed && wanted(record)) this.#keep(record);
      if (this.#kept.length > 0 || this.#overflowed) this.#wake?.();
    });
  }

  get overflowed(): boolean {
    return this.#overflowed;
  }

  /** Keeps everything from now on; what was kept is dropped. */
  restart(): void {
    this.#drop();
    this.#overflowed = false;
  }

  /** The records kept, as soon as there are some; undefined after an overflow or when the signal ends the wait. */
  async take(signal: AbortSignal): Promise<readonly LogRecord[] | undefined> {
    while (this.#kept.length === 0 && !this.#overflowed && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          signal.removeEventListener('abort', wake);
          this.#wake = undefined;
          resolve();
        };
        this.#wake = wake;
        signal.addEventListener('abort', wake);
      });
    }
    if (this.#overflowed || signal.aborted) return undefined;
    const kept = this.#kept;
    this.#drop();
    return kept;
  }

  close(): void {
    this.#stop();
    this.#drop();
  }

  #keep(record: LogRecord): void {
    this.#bytes += record.data.length + record.metadata.length;
    if (this.#kept.length < maxRecords && this.#bytes <= maxBytes) {
      this.#kept.push(record);
      return;
    }
    this.#drop();
    this.#overflowed = true;
  }

  #drop(): void {
    this.#kept = [];
    this.#bytes = 0;
  }
}
