import type { Direction, EventLog, LogRecord } from '../log/event-log.js';

const smallestPage = 32;
const largestPage = 1024;
const targetBytes = 1024 * 1024;

export interface LogPage {
  readonly records: readonly LogRecord[];
  /** Where to go on reading; undefined at the end. */
  readonly next: number | undefined;
}

/** How many records to ask for, so that a page holds about a megabyte whatever the size of the records. */
export class PageSize {
  #size = smallestPage;

  next(): number {
    return this.#size;
  }

  learn(records: readonly LogRecord[]): void {
    const first = records[0];
    const last = records.at(-1);
    if (first === undefined || last === undefined) return;
    const bytes = records.reduce((sum, { data, metadata }) => sum + data.length + metadata.length + 256, 0);
    const fitting = Math.floor(targetBytes / (bytes / records.length));
    this.#size = Math.max(1, Math.min(largestPage, this.#size * 2, fitting));
  }
}

/** One page of the log. Forwards from the first record at or after `position`, backwards from the last that ends there. */
export async function readAllPage(
  log: EventLog,
  position: number,
  direction: Direction,
  max: number,
): Promise<LogPage> {
  const records = await log.readAll(position, direction, max);
  const last = records.at(-1);
  if (last === undefined) return { records, next: undefined };
  return { records, next: direction === 'forwards' ? last.end : last.position };
}
