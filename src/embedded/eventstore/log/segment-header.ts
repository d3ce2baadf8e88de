import { crc32 } from './checksum.js';

/*
 * Stored format, little-endian. Every version of the format keeps this header's length, magic, version and sum where
 * they are, so that any program can tell "newer than I am" from "damaged".
 *
 *    0  8  magic
 *    8  4  format version
 *   12  4  salt
 *   16  8  base: position of this header in the whole log
 *   24  4  zero
 *   28  4  CRC-32 of bytes 0-27
 */
export const segmentHeaderBytes = 32;
export const formatVersion = 1;
const magic = Buffer.from('HOLDFAST');

/**
 * One file of the log. `base` is the position of its first byte in the whole log; `salt` seeds every checksum in it, so
 * that bytes which only look like records (a log inside an event's data, blocks of a deleted file) never count as such.
 */
export interface Segment {
  readonly base: number;
  readonly salt: number;
}

/** Names sort in log order. */
export function segmentFileName(base: number): string {
  return `${String(base).padStart(16, '0')}.segment`;
}

/** The base in a segment's file name, or undefined for any other file. */
export function baseOfSegmentFile(name: string): number | undefined {
  const digits = /^(\d{16})\.segment$/.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

export function encodeSegmentHeader({ base, salt }: Segment, version = formatVersion): Buffer {
  const bytes = Buffer.alloc(segmentHeaderBytes);
  magic.copy(bytes);
  bytes.writeUInt32LE(version, 8);
  bytes.writeUInt32LE(salt, 12);
  bytes.writeBigUInt64LE(BigInt(base), 16);
  bytes.writeUInt32LE(crc32(bytes, 0, 28, 0), 28);
  return bytes;
}

export type SegmentHeader =
  | { readonly kind: 'segment'; readonly segment: Segment }
  | { readonly kind: 'newer'; readonly version: number }
  | { readonly kind: 'damaged' };

export function decodeSegmentHeader(bytes: Buffer): SegmentHeader {
  if (bytes.length < segmentHeaderBytes || !bytes.subarray(0, 8).equals(magic)) return { kind: 'damaged' };
  if (bytes.readUInt32LE(28) !== crc32(bytes, 0, 28, 0)) return { kind: 'damaged' };
  const version = bytes.readUInt32LE(8);
  if (version > formatVersion) return { kind: 'newer', version };
  return {
    kind: 'segment',
    segment: { salt: bytes.readUInt32LE(12), base: Number(bytes.readBigUInt64LE(16)) },
  };
}
