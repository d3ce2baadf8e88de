import type { ExpectedVersion } from '../streams/expected-version.js';
import type { ProposedEvent } from '../streams/proposed-event.js';
import type { WriteOutcome } from '../streams/stream-writer.js';
import { writePosition, writeStreamIdentifier } from './identifiers.js';
import { readProposedMessage } from './proposed-message.js';
import { ProtoReader } from './proto-reader.js';
import { ProtoWriter } from './proto-writer.js';
import { readUuid } from './uuid.js';
import { readWriteOptions, type WriteOptions } from './write-options.js';

export interface BatchAppendOptions extends WriteOptions {
  /** When the writer stops waiting, in milliseconds since 1970. */
  readonly deadlineMs: number | undefined;
}

/** One message of a write; the parts that can be malformed are read on demand, so that the id is known when they are. */
export interface BatchAppendRequest {
  /** The id as it came, to be echoed. */
  readonly correlation: Buffer;
  /** The id as a key; undefined if there is none. */
  readonly key: string | undefined;
  readonly isFinal: boolean;
  readonly hasOptions: boolean;
  options(): BatchAppendOptions;
  events(): ProposedEvent[];
}

export function readBatchAppendRequest(bytes: Buffer, nowMs: number): BatchAppendRequest {
  const message = new ProtoReader(bytes);
  let correlation: Buffer = Buffer.alloc(0);
  let options: Buffer | undefined;
  let isFinal = false;
  const events: Buffer[] = [];
  while (message.next()) {
    if (message.field === 1) correlation = message.bytes();
    else if (message.field === 2) options = message.bytes();
    else if (message.field === 3) events.push(message.bytes());
    else if (message.field === 4) isFinal = message.bool();
    else message.skip();
  }
  return {
    correlation,
    key: readUuid(new ProtoReader(correlation))?.toString('latin1'),
    isFinal,
    hasOptions: options !== undefined,
    options: () => readOptions(new ProtoReader(options ?? Buffer.alloc(0)), nowMs),
    events: () => events.map((event) => readProposedMessage(new ProtoReader(event))),
  };
}

function readOptions(message: ProtoReader, nowMs: number): BatchAppendOptions {
  let deadlineMs: number | undefined;
  const options = readWriteOptions(message, (field, other) => {
    if (field === 6) deadlineMs = readSeconds(other.message());
    else if (field === 7) deadlineMs = nowMs + readSeconds(other.message());
    else other.skip();
  });
  return { ...options, deadlineMs };
}

/** A google.protobuf.Timestamp or Duration, in milliseconds. */
function readSeconds(message: ProtoReader): number {
  let ms = 0;
  while (message.next()) {
    if (message.field === 1) ms += Number(BigInt.asIntN(64, message.uint64())) * 1000;
    else if (message.field === 2) ms += Number(BigInt.asIntN(64, message.uint64())) / 1_000_000;
    else message.skip();
  }
  return ms;
}

/** Why a write was not kept. */
export type BatchAppendError =
  | { readonly type: 'WrongExpectedVersion'; readonly current: number; readonly expected: ExpectedVersion }
  | { readonly type: 'StreamDeleted' }
  | { readonly type: 'AccessDenied' }
  | { readonly type: 'Timeout' }
  | { readonly type: 'MaximumAppendSizeExceeded'; readonly maxBytes: number }
  | { readonly type: 'BadRequest'; readonly message: string }
  /** `code` is a google.rpc.Code. */
  | { readonly type: 'Other'; readonly code: number; readonly message: string };

export type BatchAppendAnswer = Extract<WriteOutcome, { type: 'Written' }> | BatchAppendError;

const codes = {
  WrongExpectedVersion: 6,
  StreamDeleted: 5,
  AccessDenied: 7,
  Timeout: 4,
  MaximumAppendSizeExceeded: 3,
  BadRequest: 3,
} as const satisfies Record<Exclude<BatchAppendError['type'], 'Other'>, number>;

const writer = new ProtoWriter();

/** A BatchAppendResp. The client needs id, stream and, for an error, details in every one of them. */
export function writeBatchAppendResponse(correlation: Buffer, stream: string, answer: BatchAppendAnswer): Buffer {
  writeStreamIdentifier(writer, 4, stream);
  const result = writer.open();
  if (answer.type === 'Written') {
    if (answer.position === undefined) writer.empty(4);
    else writePosition(writer, 3, answer.position);
    if (answer.revision === -1) writer.empty(2);
    else writer.uint(1, answer.revision);
    writer.close(3, result);
  } else {
    const details = writer.open();
    if (answer.type === 'Other') {
      writer.string(1, 'type.googleapis.com/google.protobuf.Empty');
    } else {
      const value = writer.open();
      writeDetails(answer, stream);
      writer.close(2, value);
      writer.string(1, `type.googleapis.com/event_store.client.${answer.type}`);
    }
    writer.close(3, details);
    writer.string(2, answer.type === 'Other' ? answer.message : answer.type);
    writer.uint(1, answer.type === 'Other' ? answer.code : codes[answer.type]);
    writer.close(2, result);
  }
  writer.bytes(1, correlation);
  return writer.finish();
}

function writeDetails(error: Exclude<BatchAppendError, { type: 'Other' }>, stream: string): void {
  switch (error.type) {
    case 'WrongExpectedVersion':
      if (error.expected.type === 'noStream') writer.empty(6);
      else if (error.expected.type === 'streamExists') writer.empty(5);
      else if (error.expected.type === 'any') writer.empty(4);
      else writer.uint64(3, error.expected.revision);
      if (error.current === -1) writer.empty(2);
      else writer.uint(1, error.current);
      return;
    case 'StreamDeleted':
      return writeStreamIdentifier(writer, 1, stream);
    case 'MaximumAppendSizeExceeded':
      return writer.uint(1, error.maxBytes);
    case 'BadRequest':
      return writer.string(1, error.message);
    case 'AccessDenied':
    case 'Timeout':
      return;
    default:
      return error satisfies never;
  }
}
