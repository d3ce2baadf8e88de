import { isValidStreamName } from '../streams/stream-name.js';
import { InvalidRequest } from './invalid-request.js';
import type { ProtoReader } from './proto-reader.js';
import type { ProtoWriter } from './proto-writer.js';

const longestStreamName = 16 * 1024;
const largestRevision = 2n ** 63n - 1n;

/** Reads an `event_store.client.StreamIdentifier`. */
export function readStreamIdentifier(message: ProtoReader): string {
  let name = '';
  while (message.next()) {
    if (message.field === 3) name = message.string();
    else message.skip();
  }
  return name;
}

export function requireStreamName(name: string | undefined): string {
  if (name === undefined || !isValidStreamName(name))
    throw new InvalidRequest(`'${name ?? ''}' is not a valid stream name`);
  if (Buffer.byteLength(name) > longestStreamName)
    throw new InvalidRequest(`A stream name is at most ${longestStreamName} bytes long.`);
  return name;
}

export function requireRevision(revision: bigint): bigint {
  if (revision > largestRevision) throw new InvalidRequest(`'${revision}' is not a valid stream revision`);
  return revision;
}

export function writeStreamIdentifier(writer: ProtoWriter, field: number, name: string): void {
  const mark = writer.open();
  writer.string(3, name);
  writer.close(field, mark);
}

/** Writes a commit and a prepare position, which in this log are the same. */
export function writePosition(writer: ProtoWriter, field: number, position: number): void {
  const mark = writer.open();
  writer.uint(2, position);
  writer.uint(1, position);
  writer.close(field, mark);
}
