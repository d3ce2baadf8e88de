import type { LogRecord } from './event-log.js';

const overheadBytes = 400;

/** The records used last, by ordinal, up to a number of bytes: live subscribers and busy streams are served from here. */
export class RecentRecords {
  readonly #records = new Map<number, LogRecord>();
  #bytes = 0;

  constructor(private readonly maxBytes: number) {}

  get(ordinal: number): LogRecord | undefined {
    const record = this.#records.get(ordinal);
    if (record === undefined) return undefined;
    this.#records.delete(ordinal);
    this.#records.set(ordinal, record);
    return record;
  }

  put(ordinal: number, record: LogRecord): void {
    const known = this.#records.get(ordinal);
    if (known !== undefined) this.#forget(ordinal, known);
    this.#records.set(ordinal, record);
    this.#bytes += costOf(record);
    for (const [oldest, old] of this.#records) {
      if (this.#bytes <= this.maxBytes) break;
      this.#forget(oldest, old);
    }
  }

  #forget(ordinal: number, record: LogRecord): void {
    this.#records.delete(ordinal);
    this.#bytes -= costOf(record);
  }
}

function costOf(record: LogRecord): number {
  return record.end - record.position + overheadBytes;
}
