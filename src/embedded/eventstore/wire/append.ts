import type { ExpectedVersion } from '../streams/expected-version.js';
import type { ProposedEvent } from '../streams/proposed-event.js';
import type { WriteOutcome } from '../streams/stream-writer.js';
import { writePosition } from './identifiers.js';
import { InvalidRequest } from './invalid-request.js';
import { readProposedMessage } from './proposed-message.js';
import { ProtoReader } from './proto-reader.js';
import { ProtoWriter } from './proto-writer.js';
import { readWriteOptions, type WriteOptions } from './write-options.js';

/** The first message of an append carries its options, each other one an event. */
export type AppendRequest =
  | { readonly type: 'options'; readonly options: WriteOptions }
  | { readonly type: 'event'; readonly event: ProposedEvent };

export function readAppendRequest(bytes: Buffer): AppendRequest {
  const message = new ProtoReader(bytes);
  while (message.next()) {
    if (message.field === 1) return { type: 'options', options: readWriteOptions(message.message()) };
    if (message.field === 2) return { type: 'event', event: readProposedMessage(message.message()) };
    message.skip();
  }
  throw new InvalidRequest("'None' is not a valid ContentCase");
}

const writer = new ProtoWriter();

/** An AppendResp. The older twins of each field are filled too, for clients that know only those. */
export function writeAppendResponse(
  outcome: Exclude<WriteOutcome, { type: 'StreamDeleted' }>,
  expected: ExpectedVersion,
): Buffer {
  const response = writer.open();
  if (outcome.type === 'Written') {
    if (outcome.position === undefined) writer.empty(4);
    else writePosition(writer, 3, outcome.position);
    if (outcome.revision === -1) writer.empty(2);
    else writer.uint(1, outcome.revision);
    writer.close(1, response);
    return writer.finish();
  }
  const { current } = outcome;
  if (expected.type === 'noStream') writer.empty(11);
  else if (expected.type === 'streamExists') writer.empty(10);
  else if (expected.type === 'any') writer.empty(9);
  else writer.uint64(8, expected.revision);
  if (current === -1) writer.empty(7);
  else writer.uint(6, current);
  if (expected.type === 'streamExists') writer.empty(5);
  else if (expected.type === 'any') writer.empty(4);
  else writer.uint64(3, expected.type === 'exact' ? expected.revision : 2n ** 64n - 1n);
  if (current === -1) writer.empty(2);
  else writer.uint(1, current);
  writer.close(2, response);
  return writer.finish();
}

/** A DeleteResp or a TombstoneResp. */
export function writeDeleteResponse(position: number | undefined): Buffer {
  if (position === undefined) writer.empty(2);
  else writePosition(writer, 1, position);
  return writer.finish();
}
