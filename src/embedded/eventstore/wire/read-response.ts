import type { LogRecord } from '../log/event-log.js';
import type { ResolvedRecord } from '../streams/links.js';
import { writePosition, writeStreamIdentifier } from './identifiers.js';
import { ProtoWriter } from './proto-writer.js';
import { uuidText } from './uuid.js';

/** In which of its two forms the reader wants ids. */
export type UuidForm = 'string' | 'structured';

const tombstoneRevision = 2n ** 63n - 1n;
const json = entry('content-type', 'application/json');
const octets = entry('content-type', 'application/octet-stream');
const writer = new ProtoWriter(64 * 1024);

/** A ReadResp with one event: the event, its link if one led to it, and the position of what was read. */
export function writeEvent({ event, link }: ResolvedRecord, uuids: UuidForm): Buffer {
  const mark = writer.open();
  const original = link ?? event;
  if (original !== undefined) writer.uint(3, original.position);
  if (link !== undefined) writeRecord(2, link, uuids);
  if (event !== undefined) writeRecord(1, event, uuids);
  writer.close(1, mark);
  return writer.finish();
}

export function writeConfirmation(subscriptionId: string): Buffer {
  const mark = writer.open();
  writer.string(1, subscriptionId);
  writer.close(2, mark);
  return writer.finish();
}

export function writeCheckpoint(position: number): Buffer {
  writePosition(writer, 3, position);
  return writer.finish();
}

export function writeStreamNotFound(stream: string): Buffer {
  const mark = writer.open();
  writeStreamIdentifier(writer, 1, stream);
  writer.close(4, mark);
  return writer.finish();
}

export function writeFirstStreamPosition(revision: number): Buffer {
  writer.uint(5, revision);
  return writer.finish();
}

export function writeLastStreamPosition(revision: number): Buffer {
  writer.uint(6, revision);
  return writer.finish();
}

export function writeCaughtUp(): Buffer {
  writer.empty(8);
  return writer.finish();
}

function writeRecord(field: number, record: LogRecord, uuids: UuidForm): void {
  const mark = writer.open();
  writer.bytes(8, record.data);
  writer.bytes(7, record.metadata);
  writer.raw(record.isJson ? json : octets);
  writeEntry('created', record.createdTicks.toString());
  writeEntry('type', record.type);
  writer.uint(5, record.position);
  writer.uint(4, record.position);
  if (record.tombstone) writer.uint64(3, tombstoneRevision);
  else writer.uint(3, record.revision);
  writeStreamIdentifier(writer, 2, record.stream);
  writeId(record.id, uuids);
  writer.close(field, mark);
}

function writeId(id: Uint8Array, uuids: UuidForm): void {
  const mark = writer.open();
  if (uuids === 'string') writer.ascii(2, uuidText(id));
  else {
    const halves = new DataView(id.buffer, id.byteOffset, id.byteLength);
    const structured = writer.open();
    writer.uint64(2, halves.getBigUint64(8));
    writer.uint64(1, halves.getBigUint64(0));
    writer.close(1, structured);
  }
  writer.close(1, mark);
}

function writeEntry(key: string, value: string): void {
  const mark = writer.open();
  writer.string(2, value);
  writer.ascii(1, key);
  writer.close(6, mark);
}

function entry(key: string, value: string): Buffer {
  const entryWriter = new ProtoWriter();
  const mark = entryWriter.open();
  entryWriter.string(2, value);
  entryWriter.string(1, key);
  entryWriter.close(6, mark);
  return entryWriter.finish();
}
