import type { LogRecord } from './event-log.js';

const overheadBytes = 400;

/**
 * The records used last, by ordinal: live subscribers and busy streams are served from here.
 *
 * Two generations: what is used goes to the younger; when that has half of the room, the older one is dropped whole and
 * the younger takes its place. Forgetting one by one would cost more than all the rest.
 */
export class RecentRecords {
  #younger = new Map<number, LogRecord>();
  #older = new Map<number, LogRecord>();
  #youngerBytes = 0;

  constructor(private readonly maxBytes: number) {}

  get(ordinal: number): LogRecord | undefined {
    const young = this.#younger.get(ordinal);
    if (young !== undefined) return young;
    const old = this.#older.get(ordinal);
    if (old !== undefined) this.put(ordinal, old);
    return old;
  }

  put(ordinal: number, record: LogRecord): void {
    if (this.maxBytes === 0) return;
    this.#younger.set(ordinal, record);
    this.#youngerBytes += record.end - record.position + overheadBytes;
    if (this.#youngerBytes * 2 <= this.maxBytes) return;
    this.#older = this.#younger;
    this.#younger = new Map();
    this.#youngerBytes = 0;
  }
}
