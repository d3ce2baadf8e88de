import { crc32 } from './checksum.js';
import type { LogRecord, NewRecord } from './event-log.js';

/*
 * Stored format, little-endian:
 *
 *    0  4  length of the record, these four bytes included
 *    4  4  CRC-32 of all other bytes, seeded with the segment's salt
 *    8  4  flags: 1 tombstone, 2 JSON
 *   12  4  length of the stream's name
 *   16  4  length of the type
 *   20  4  length of the data
 *   24  8  revision
 *   32  8  created, in 100 ns since 1970
 *   40 16  id
 *   56     stream (UTF-8), type (UTF-8), data, metadata: what is left
 */
const fixedBytes = 56;
const tombstoneFlag = 1;
const jsonFlag = 2;
const twoTo32 = 2 ** 32;

/** Length of the record in the log. RangeError for an id that is not 16 bytes. */
export function recordBytes(record: NewRecord): number {
  if (record.id.length !== 16) throw new RangeError(`An event id has 16 bytes, not ${record.id.length}.`);
  const names = Buffer.byteLength(record.stream) + Buffer.byteLength(record.type);
  return fixedBytes + names + record.data.length + record.metadata.length;
}

/** Writes the record at `at` and returns where it ends. */
export function encodeRecord(record: NewRecord, into: Buffer, at: number, salt: number): number {
  let end = at + fixedBytes;
  const streamBytes = into.write(record.stream, end);
  const typeBytes = into.write(record.type, (end += streamBytes));
  into.set(record.data, (end += typeBytes));
  into.set(record.metadata, (end += record.data.length));
  end += record.metadata.length;
  const revision = record.tombstone ? 0 : record.revision;
  into.writeUInt32LE(end - at, at);
  into.writeUInt32LE((record.tombstone ? tombstoneFlag : 0) | (record.isJson ? jsonFlag : 0), at + 8);
  into.writeUInt32LE(streamBytes, at + 12);
  into.writeUInt32LE(typeBytes, at + 16);
  into.writeUInt32LE(record.data.length, at + 20);
  into.writeUInt32LE(revision % twoTo32, at + 24);
  into.writeUInt32LE(Math.floor(revision / twoTo32), at + 28);
  into.writeBigUInt64LE(record.createdTicks, at + 32);
  into.set(record.id, at + 40);
  into.writeUInt32LE(sumOf(into, at, end, salt), at + 4);
  return end;
}

/** Where the record at `at` ends, or undefined if there is no whole, undamaged record before `limit`. */
export function endOfRecord(bytes: Buffer, at: number, limit: number, salt: number): number | undefined {
  if (at + fixedBytes > limit) return undefined;
  const end = at + bytes.readUInt32LE(at);
  if (end < at + fixedBytes || end > limit) return undefined;
  return bytes.readUInt32LE(at + 4) === sumOf(bytes, at, end, salt) ? end : undefined;
}

/** Stream and kind of the sound record at `at`: what an index needs. */
export function peekRecord(bytes: Buffer, at: number): { readonly stream: string; readonly tombstone: boolean } {
  const from = at + fixedBytes;
  return {
    stream: bytes.toString('utf8', from, from + bytes.readUInt32LE(at + 12)),
    tombstone: (bytes.readUInt32LE(at + 8) & tombstoneFlag) !== 0,
  };
}

/** The sound record at `at`, as views on `bytes`. */
export function decodeRecord(bytes: Buffer, at: number, position: number): LogRecord {
  const length = bytes.readUInt32LE(at);
  const flags = bytes.readUInt32LE(at + 8);
  const typeAt = at + fixedBytes + bytes.readUInt32LE(at + 12);
  const dataAt = typeAt + bytes.readUInt32LE(at + 16);
  const metadataAt = dataAt + bytes.readUInt32LE(at + 20);
  return {
    position,
    end: position + length,
    stream: bytes.toString('utf8', at + fixedBytes, typeAt),
    revision: bytes.readUInt32LE(at + 24) + bytes.readUInt32LE(at + 28) * twoTo32,
    tombstone: (flags & tombstoneFlag) !== 0,
    id: bytes.subarray(at + 40, at + fixedBytes),
    type: bytes.toString('utf8', typeAt, dataAt),
    isJson: (flags & jsonFlag) !== 0,
    createdTicks: bytes.readBigUInt64LE(at + 32),
    data: bytes.subarray(dataAt, metadataAt),
    metadata: bytes.subarray(metadataAt, at + length),
  };
}

/** The same record on bytes of its own, so that keeping it does not keep what it was read with. */
export function detached(record: LogRecord): LogRecord {
  const { id, data, metadata } = record;
  const bytes = Buffer.concat([id, data, metadata]);
  const dataEnd = id.length + data.length;
  return {
    ...record,
    id: bytes.subarray(0, id.length),
    data: bytes.subarray(id.length, dataEnd),
    metadata: bytes.subarray(dataEnd),
  };
}

function sumOf(bytes: Buffer, at: number, end: number, salt: number): number {
  return crc32(bytes, at + 8, end, (salt ^ (end - at)) >>> 0);
}
