import type { LogRecord } from './event-log.js';
import type { LogIndex } from './log-index.js';
import { decodeRecord, endOfRecord } from './record.js';
import { LogDamaged } from './refusals.js';
import type { SegmentFiles } from './segment-files.js';
import { segmentFileName } from './segment-header.js';
import type { Segment } from './segment-header.js';

const maxSpanBytes = 1 << 20;
const maxGapBytes = 4 << 10;
const spansAtOnce = 16;

/** Records of one segment that one read brings in. */
interface Span {
  readonly segment: Segment;
  readonly position: number;
  readonly ordinals: number[];
  end: number;
}

/** Reads durable records from the segments, many with each access to the disk, and checks each one's sum. */
export class RecordReader {
  /** @param segments in log order; grows while the log does */
  constructor(
    private readonly index: LogIndex,
    private readonly segments: readonly Segment[],
    private readonly files: SegmentFiles,
  ) {}

  /**
   * The records with these ordinals.
   * @param ordinals rising
   * @param durableEnd where the log's last durable record ends
   */
  async load(ordinals: readonly number[], durableEnd: number): Promise<LogRecord[]> {
    const spans = this.#spansOf(ordinals, durableEnd);
    const records: LogRecord[] = [];
    for (let at = 0; at < spans.length; at += spansAtOnce) {
      const loaded = await Promise.all(spans.slice(at, at + spansAtOnce).map((span) => this.#loadSpan(span)));
      for (const group of loaded) for (const record of group) records.push(record);
    }
    return records;
  }

  #spansOf(ordinals: readonly number[], durableEnd: number): Span[] {
    const spans: Span[] = [];
    let span: Span | undefined;
    let segmentEnd = 0;
    for (const ordinal of ordinals) {
      const position = this.index.position(ordinal);
      const next = ordinal + 1 < this.index.count ? this.index.position(ordinal + 1) : durableEnd;
      const end = position < segmentEnd ? Math.min(next, segmentEnd) : next;
      const near = span !== undefined && position < segmentEnd && position - span.end <= maxGapBytes;
      if (near && end - span!.position <= maxSpanBytes) {
        span!.ordinals.push(ordinal);
        span!.end = end;
        continue;
      }
      const at = this.#holding(position);
      segmentEnd = this.segments[at + 1]?.base ?? durableEnd;
      span = { segment: this.segments[at]!, position, ordinals: [ordinal], end: Math.min(next, segmentEnd) };
      spans.push(span);
    }
    return spans;
  }

  /** Index of the segment that holds a position. */
  #holding(position: number): number {
    let low = 0;
    let high = this.segments.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.segments[middle]!.base <= position) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  async #loadSpan({ segment, position, end, ordinals }: Span): Promise<LogRecord[]> {
    const bytes = await this.files.read(segment, position, end);
    return ordinals.map((ordinal) => {
      const at = this.index.position(ordinal);
      const offset = at - position;
      if (endOfRecord(bytes, offset, bytes.length, segment.salt) === undefined)
        throw new LogDamaged(segmentFileName(segment.base), at - segment.base, 'a record fails its checksum.');
      return decodeRecord(bytes, offset, at);
    });
  }
}
