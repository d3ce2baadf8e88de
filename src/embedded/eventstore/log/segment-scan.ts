import { decodeFrameHeader, frameHeaderBytes, nextFrameCandidate, recordOffsets } from './frame.js';
import { segmentHeaderBytes } from './segment-header.js';
import type { Segment } from './segment-header.js';

export interface Scan {
  /** Offset behind the last whole append. */
  readonly end: number;
  /** Whether the last whole frame is the one that closing the log leaves behind. */
  readonly closed: boolean;
}

/**
 * Walks the appends of a segment from its beginning, as far as they are whole and sound.
 * @param bytes the whole file
 * @param visit called with the offset of each record
 */
export function scanSegment(bytes: Buffer, segment: Segment, visit: (offset: number) => void): Scan {
  let at = segmentHeaderBytes;
  let closed = false;
  while (at < bytes.length) {
    const header = decodeFrameHeader(bytes, at, segment.base + at, segment.salt);
    const records = header && recordOffsets(bytes, at, header, segment.salt);
    if (records === undefined) break;
    for (const offset of records) visit(offset);
    closed = header!.count === 0;
    at += frameHeaderBytes + header!.bodyBytes;
  }
  return { end: at, closed };
}

/**
 * Why the unsound bytes from `end` on cannot be what a crash leaves of the last write, or undefined if they can.
 *
 * A crash leaves any part of the writes that no sync had confirmed yet. So the bytes are damage if a later frame says
 * that they had been synced; and if a later frame of the same write is whole, they must be a hole: sectors that never
 * reached the disk, and therefore read as zeros.
 */
export function damageAfter(bytes: Buffer, end: number, { base, salt }: Segment): string | undefined {
  for (let at = nextFrameCandidate(bytes, end + 1); at >= 0; at = nextFrameCandidate(bytes, at + 1)) {
    const header = decodeFrameHeader(bytes, at, base + at, salt);
    if (header === undefined) continue;
    if (header.synced > base + end)
      return `these bytes were on disk before the append at byte ${at}, and are no longer what was written.`;
    if (recordOffsets(bytes, at, header, salt) !== undefined && !hasEmptySector(bytes, end, at))
      return `a whole append follows at byte ${at}, so this is not the end of the log.`;
  }
  return undefined;
}

const sectorBytes = 512;
const emptySector = Buffer.alloc(sectorBytes);

// `to` is the beginning of a sound frame, so the sector it lies in did reach the disk and is not looked at.
function hasEmptySector(bytes: Buffer, from: number, to: number): boolean {
  for (let sector = from - (from % sectorBytes); sector + sectorBytes <= to; sector += sectorBytes) {
    const begin = Math.max(sector, from);
    const length = sector + sectorBytes - begin;
    if (bytes.compare(emptySector, 0, length, begin, begin + length) === 0) return true;
  }
  return false;
}
