import { randomInt } from 'node:crypto';
import { segmentHeaderBytes } from './segment-header.js';
import type { Segment } from './segment-header.js';

/** An end of the log: of what is on disk, or of what has been handed over. */
export interface Tail {
  readonly segment: Segment;
  readonly end: number;
}

/** Where the next append will lie. It decides that before anything is written, so that positions are known at once. */
export class LogTail {
  /** @param tail undefined for a log without segments */
  constructor(
    private readonly segmentBytes: number,
    private tail: Tail | undefined,
  ) {}

  /** The place for an append of this length: behind the last one, or at the beginning of the next segment. */
  place(length: number): { readonly segment: Segment; readonly position: number } {
    const { tail } = this;
    if (tail !== undefined) {
      const { segment, end } = tail;
      const isEmpty = end === segment.base + segmentHeaderBytes;
      if (isEmpty || end + length <= segment.base + this.segmentBytes) return { segment, position: end };
    }
    const segment = { base: tail?.end ?? 0, salt: randomInt(2 ** 32) };
    return { segment, position: segment.base + segmentHeaderBytes };
  }

  /** Takes a place: what lies there ends at `end`. */
  advance(segment: Segment, end: number): void {
    this.tail = { segment, end };
  }

  reset(tail: Tail | undefined): void {
    this.tail = tail;
  }
}
