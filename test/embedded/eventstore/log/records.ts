import { createHash } from 'node:crypto';
import type { LogRecord, NewRecord } from '../../../../src/embedded/eventstore/log/event-log.js';

/** A record as a test needs it; only what matters is named. */
export function aRecord(stream: string, revision: number, more: Partial<NewRecord> = {}): NewRecord {
  return {
    stream,
    revision,
    tombstone: false,
    id: createHash('md5').update(`${stream}/${revision}`).digest(),
    type: 'ShipGranted',
    isJson: true,
    createdTicks: 17_321_055_000_000_000n + BigInt(revision),
    data: Buffer.from(JSON.stringify({ stream, revision })),
    metadata: Buffer.from('{}'),
    ...more,
  };
}

/** `count` records of one stream, from `revision` on. */
export function someRecords(stream: string, revision: number, count: number): NewRecord[] {
  return Array.from({ length: count }, (_, index) => aRecord(stream, revision + index));
}

/** "stream@revision" of each, to compare what was read at a glance. */
export function names(records: readonly LogRecord[]): string[] {
  return records.map(({ stream, revision, tombstone }) => (tombstone ? `${stream}@end` : `${stream}@${revision}`));
}

/** The record without its place, with plain Buffers, to compare it with what was written. */
export function content({ position: _position, end: _end, ...record }: LogRecord): NewRecord {
  return {
    ...record,
    id: Buffer.from(record.id),
    data: Buffer.from(record.data),
    metadata: Buffer.from(record.metadata),
  };
}

/** One line that differs if anything of the record does: much faster to compare, thousands at a time, than objects. */
export function fingerprint({ createdTicks, id, data, metadata, ...record }: LogRecord): string {
  const bytes = createHash('md5').update(id).update(data).update(metadata).digest('hex');
  return `${JSON.stringify(record)} ${createdTicks} ${bytes}`;
}
