import * as zlib from 'node:zlib';

// Eight tables of 256: table n holds the sum of a byte that n more bytes follow, so that a step takes eight bytes.
const tables = new Int32Array(8 * 256);
for (let byte = 0; byte < 256; byte += 1) {
  let sum = byte;
  for (let bit = 0; bit < 8; bit += 1) sum = sum & 1 ? 0xedb88320 ^ (sum >>> 1) : sum >>> 1;
  tables[byte] = sum;
}
for (let at = 256; at < tables.length; at += 1) {
  const shorter = tables[at - 256]!;
  tables[at] = (shorter >>> 8) ^ tables[shorter & 0xff]!;
}

/** CRC-32 (the one of zlib and PNG) of `bytes[from, to)`, continued from `seed`: the unsigned 32-bit sum. */
export function portableCrc32(bytes: Uint8Array, from: number, to: number, seed: number): number {
  let sum = ~seed;
  let at = from;
  for (; at + 8 <= to; at += 8) {
    sum =
      tables[1792 | ((sum ^ bytes[at]!) & 0xff)]! ^
      tables[1536 | (((sum >>> 8) ^ bytes[at + 1]!) & 0xff)]! ^
      tables[1280 | (((sum >>> 16) ^ bytes[at + 2]!) & 0xff)]! ^
      tables[1024 | (((sum >>> 24) ^ bytes[at + 3]!) & 0xff)]! ^
      tables[768 | bytes[at + 4]!]! ^
      tables[512 | bytes[at + 5]!]! ^
      tables[256 | bytes[at + 6]!]! ^
      tables[bytes[at + 7]!]!;
  }
  for (; at < to; at += 1) sum = tables[(sum ^ bytes[at]!) & 0xff]! ^ (sum >>> 8);
  return ~sum >>> 0;
}

// Node has it from 20.15 on. For fewer bytes the call costs more than it saves.
const native = (zlib as Partial<Pick<typeof zlib, 'crc32'>>).crc32;
const nativeFromBytes = 256;

/** The same as `portableCrc32`, at the best speed this runtime has. */
export function crc32(bytes: Uint8Array, from: number, to: number, seed: number): number {
  if (native === undefined || to - from < nativeFromBytes) return portableCrc32(bytes, from, to, seed);
  return native(new Uint8Array(bytes.buffer, bytes.byteOffset + from, to - from), seed);
}
