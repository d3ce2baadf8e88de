import type { Direction, EventLog, LogRecord, NewRecord, StreamHead } from './event-log.js';
import { Listeners } from './listeners.js';
import { LogIndex } from './log-index.js';
import { frameBytes, frameHeaderBytes } from './frame.js';
import { recordBytes } from './record.js';
import { segmentHeaderBytes } from './segment-header.js';

/** An event log that lives as long as the process. It has no files; "durable" comes one microtask after `append`. */
export function openMemoryLog(): EventLog {
  return new MemoryLog();
}

interface Group {
  readonly records: readonly LogRecord[];
  readonly resolve: (positions: readonly number[]) => void;
}

class MemoryLog implements EventLog {
  readonly recovered = { truncatedBytes: 0 };
  readonly #index = new LogIndex();
  readonly #records: LogRecord[] = [];
  readonly #durable = new Listeners<readonly LogRecord[]>();
  #pending: Group[] = [];
  #flushed: Promise<void> = Promise.resolve();
  #end = segmentHeaderBytes;
  #durableEnd = segmentHeaderBytes;
  #durableCount = 0;
  #closed = false;

  get durableEnd(): number {
    return this.#durableEnd;
  }

  get lastPosition(): number {
    return this.#durableCount === 0 ? 0 : this.#index.position(this.#durableCount - 1);
  }

  async append(records: readonly NewRecord[]): Promise<readonly number[]> {
    this.#assertOpen();
    if (records.length === 0) return [];
    this.#index.assertFollows(records);
    const placed = this.#place(records);
    return new Promise((resolve) => {
      if (this.#pending.push({ records: placed, resolve }) === 1)
        this.#flushed = Promise.resolve().then(() => this.#flush());
    });
  }

  async settled(): Promise<void> {
    this.#assertOpen();
    return this.#flushed;
  }

  head(stream: string): StreamHead {
    return this.#index.head(stream);
  }

  positionOf(stream: string, revision: number): number | undefined {
    return this.#index.positionOf(stream, revision);
  }

  async read(position: number): Promise<LogRecord> {
    this.#assertOpen();
    return this.#records[this.#index.ordinalAt(position)]!;
  }

  async readStream(stream: string, revision: number, direction: Direction, max: number): Promise<LogRecord[]> {
    this.#assertOpen();
    const ordinals = this.#index.ordinalsOf(stream, revision, direction, max, this.#durableCount);
    return ordinals.map((ordinal) => this.#records[ordinal]!);
  }

  async readAll(position: number, direction: Direction, max: number): Promise<LogRecord[]> {
    this.#assertOpen();
    const from = Math.min(this.#index.ordinalAtOrAfter(position), this.#durableCount);
    if (direction === 'forwards') return this.#records.slice(from, Math.min(from + max, this.#durableCount));
    const straddles = from > 0 && this.#records[from - 1]!.end > position;
    const to = straddles ? from - 1 : from;
    return this.#records.slice(Math.max(0, to - max), to).reverse();
  }

  onDurable(listener: (records: readonly LogRecord[]) => void): () => void {
    return this.#durable.add(listener);
  }

  onBroken(): () => void {
    return () => undefined;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#flushed;
  }

  #place(records: readonly NewRecord[]): LogRecord[] {
    const end = this.#end + frameBytes(records);
    let at = this.#end + frameHeaderBytes;
    const placed = records.map((record) => {
      const position = at;
      at += recordBytes(record);
      this.#index.add(record.stream, record.tombstone, position);
      return { ...record, revision: record.tombstone ? 0 : record.revision, position, end: at };
    });
    this.#end = end;
    this.#records.push(...placed);
    return placed;
  }

  #flush(): void {
    const groups = this.#pending;
    this.#pending = [];
    const records = groups.flatMap((group) => group.records);
    this.#durableCount += records.length;
    this.#durableEnd = records.at(-1)!.end;
    this.#durable.tell(records);
    for (const { records: placed, resolve } of groups) resolve(placed.map(({ position }) => position));
  }

  #assertOpen(): void {
    if (this.#closed) throw new Error('The log is closed.');
  }
}
