import { randomBytes } from 'node:crypto';
import type { NewRecord } from '../log/event-log.js';
import type { ProposedEvent } from './proposed-event.js';
import { metadataType } from './stream-metadata.js';

const tombstoneType = '$streamDeleted';
const nothing = new Uint8Array(0);

export function eventRecord(
  stream: string,
  revision: number,
  createdTicks: bigint,
  { id, type, isJson, data, metadata }: ProposedEvent,
): NewRecord {
  return { stream, revision, tombstone: false, id, type, isJson, createdTicks, data, metadata };
}

export function metadataRecord(
  metastream: string,
  revision: number,
  createdTicks: bigint,
  document: Uint8Array,
): NewRecord {
  const event = { id: randomBytes(16), type: metadataType, isJson: true, data: document, metadata: nothing };
  return eventRecord(metastream, revision, createdTicks, event);
}

export function tombstoneRecord(stream: string, createdTicks: bigint): NewRecord {
  const event = { id: randomBytes(16), type: tombstoneType, isJson: false, data: nothing, metadata: nothing };
  return { ...eventRecord(stream, 0, createdTicks, event), tombstone: true };
}
