import * as zlib from 'node:zlib';

const table = new Uint32Array(256).map((_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

/** CRC-32 (the one of zlib and PNG) of `bytes[from, to)`, continued from `seed`: the unsigned 32-bit sum. */
export function portableCrc32(bytes: Uint8Array, from: number, to: number, seed: number): number {
  let sum = ~seed;
  for (let at = from; at < to; at += 1) sum = table[(sum ^ bytes[at]!) & 0xff]! ^ (sum >>> 8);
  return ~sum >>> 0;
}

// Node has it from 20.15 on. Below some 64 bytes the call costs more than the loop.
const native = (zlib as Partial<Pick<typeof zlib, 'crc32'>>).crc32;

/** The same as `portableCrc32`, at the best speed this runtime has. */
export function crc32(bytes: Uint8Array, from: number, to: number, seed: number): number {
  if (native === undefined || to - from < 64) return portableCrc32(bytes, from, to, seed);
  return native(bytes.subarray(from, to), seed);
}
