import type { ExpectedVersion } from '../streams/expected-version.js';
import { readStreamIdentifier, requireRevision, requireStreamName } from './identifiers.js';
import { InvalidRequest } from './invalid-request.js';
import type { ProtoReader } from './proto-reader.js';

/** Which stream to write to, and what the writer expects of it: the same fields in every kind of write. */
export interface WriteOptions {
  readonly stream: string;
  readonly expected: ExpectedVersion;
}

/**
 * Reads the options of an append, a delete or a tombstone.
 * @param other is given the fields beyond those that all three have in common
 */
export function readWriteOptions(
  message: ProtoReader,
  other: (field: number, message: ProtoReader) => void = (_, unknown) => unknown.skip(),
): WriteOptions {
  let stream: string | undefined;
  let expected: ExpectedVersion | undefined;
  while (message.next()) {
    if (message.field === 1) stream = readStreamIdentifier(message.message());
    else if (message.field === 2) expected = { type: 'exact', revision: requireRevision(message.uint64()) };
    else if (message.field >= 3 && message.field <= 5) {
      expected = { type: message.field === 3 ? 'noStream' : message.field === 4 ? 'any' : 'streamExists' };
      message.skip();
    } else other(message.field, message);
  }
  const name = requireStreamName(stream);
  if (expected === undefined) throw new InvalidRequest("'None' is not a valid ExpectedStreamRevision");
  return { stream: name, expected };
}

/** Reads a message whose only field is its options: a DeleteReq or a TombstoneReq. */
export function readDeleteRequest(message: ProtoReader): WriteOptions {
  let options: WriteOptions | undefined;
  while (message.next()) {
    if (message.field === 1) options = readWriteOptions(message.message());
    else message.skip();
  }
  if (options === undefined) throw new InvalidRequest("'None' is not a valid request: options are missing");
  return options;
}
