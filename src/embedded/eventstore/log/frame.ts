import { crc32 } from './checksum.js';
import type { LogRecord, NewRecord } from './event-log.js';
import { decodeRecord, encodeRecord, endOfRecord, recordBytes } from './record.js';

/*
 * All records of one append lie in one frame, and a frame counts only if every byte of it is sound: that makes an
 * append atomic. Stored format, little-endian:
 *
 *    0  4  magic
 *    4  4  length of the records
 *    8  4  number of records; 0 in the frame that closing the log leaves behind
 *   12  8  position of this header in the whole log
 *   20  8  synced: everything before this position was on disk before this frame was written
 *   28  4  CRC-32 of bytes 0-27, seeded with the segment's salt
 *   32     the records, each with its own checksum
 *
 * `synced` is what tells a torn tail from damage: bytes before it were promised, bytes after it were not yet.
 */
export const frameHeaderBytes = 32;
const magic = 0xf05e_4d46;
const magicBytes = Buffer.alloc(4);
magicBytes.writeUInt32LE(magic);

export interface FrameHeader {
  readonly bodyBytes: number;
  readonly count: number;
  readonly position: number;
  readonly synced: number;
}

/** Length of the frame of one append. */
export function frameBytes(records: readonly NewRecord[]): number {
  return records.reduce((sum, record) => sum + recordBytes(record), frameHeaderBytes);
}

/**
 * One append as it will lie in the log, but for the header: that is filled in when it is known what is synced.
 * @returns the frame, and its records as views on it
 */
export function encodeFrame(
  records: readonly NewRecord[],
  length: number,
  position: number,
  salt: number,
): { readonly bytes: Buffer; readonly placed: LogRecord[] } {
  const bytes = Buffer.allocUnsafe(length);
  let at = frameHeaderBytes;
  const placed = records.map((record) => {
    const begin = at;
    at = encodeRecord(record, bytes, begin, salt);
    return decodeRecord(bytes, begin, position + begin);
  });
  return { bytes, placed };
}

export function encodeFrameHeader(header: FrameHeader, into: Buffer, salt: number): void {
  into.writeUInt32LE(magic, 0);
  into.writeUInt32LE(header.bodyBytes, 4);
  into.writeUInt32LE(header.count, 8);
  into.writeBigUInt64LE(BigInt(header.position), 12);
  into.writeBigUInt64LE(BigInt(header.synced), 20);
  into.writeUInt32LE(crc32(into, 0, 28, salt), 28);
}

/** The header at `at`, or undefined unless it is sound and was written for exactly this position. */
export function decodeFrameHeader(bytes: Buffer, at: number, position: number, salt: number): FrameHeader | undefined {
  if (at + frameHeaderBytes > bytes.length || bytes.readUInt32LE(at) !== magic) return undefined;
  if (bytes.readUInt32LE(at + 28) !== crc32(bytes, at, at + 28, salt)) return undefined;
  if (readPosition(bytes, at + 12) !== position) return undefined;
  return {
    bodyBytes: bytes.readUInt32LE(at + 4),
    count: bytes.readUInt32LE(at + 8),
    position,
    synced: readPosition(bytes, at + 20),
  };
}

/** Offsets of a frame's records in `bytes`, or undefined unless the whole frame is there and sound. */
export function recordOffsets(bytes: Buffer, at: number, header: FrameHeader, salt: number): number[] | undefined {
  const end = at + frameHeaderBytes + header.bodyBytes;
  if (end > bytes.length) return undefined;
  const offsets: number[] = [];
  let next = at + frameHeaderBytes;
  while (next < end) {
    offsets.push(next);
    const recordEnd = endOfRecord(bytes, next, end, salt);
    if (recordEnd === undefined) return undefined;
    next = recordEnd;
  }
  return offsets.length === header.count ? offsets : undefined;
}

/** Where the next frame could begin, at or after `from`; -1 if nowhere. */
export function nextFrameCandidate(bytes: Buffer, from: number): number {
  return bytes.indexOf(magicBytes, from);
}

function readPosition(bytes: Buffer, at: number): number {
  return bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * 2 ** 32;
}
