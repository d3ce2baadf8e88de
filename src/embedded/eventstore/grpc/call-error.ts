import { Metadata, status } from '@grpc/grpc-js';
import { LogBroken, LogFull } from '../log/event-log.js';
import type { ExpectedVersion } from '../streams/expected-version.js';
import { InvalidRequest, MissingMetadataProperty } from '../wire/invalid-request.js';
import { MalformedMessage } from '../wire/proto-reader.js';

/** A call that ends with a status other than OK. Clients tell errors apart by the trailer `exception`. */
export class CallError extends Error {
  override readonly name = 'CallError';
  readonly metadata = new Metadata();

  constructor(
    readonly code: status,
    readonly details: string,
    trailers: Readonly<Record<string, string>> = {},
  ) {
    super(details);
    for (const [key, value] of Object.entries(trailers)) this.metadata.set(key, ascii(value));
  }
}

export function streamDeleted(stream: string): CallError {
  return new CallError(status.FAILED_PRECONDITION, `Event stream '${stream}' is deleted.`, {
    exception: 'stream-deleted',
    'stream-name': stream,
  });
}

/** How a delete or a tombstone reports a conflict; an append does so in its response. */
export function wrongExpectedVersion(stream: string, expected: ExpectedVersion, current: number): CallError {
  const version = versionNumber(expected);
  return new CallError(
    status.FAILED_PRECONDITION,
    `Delete failed due to WrongExpectedVersion. Stream: ${stream}, Expected version: ${version}, Actual version: ${current}`,
    {
      exception: 'wrong-expected-version',
      'stream-name': stream,
      'expected-version': version,
      'actual-version': String(current),
    },
  );
}

export function accessDenied(): CallError {
  return new CallError(status.PERMISSION_DENIED, 'Access Denied', { exception: 'access-denied' });
}

export function maximumAppendSizeExceeded(maxBytes: number): CallError {
  return new CallError(status.INVALID_ARGUMENT, `Maximum Append Size of ${maxBytes} Exceeded.`, {
    exception: 'maximum-append-size-exceeded',
    'maximum-append-size': String(maxBytes),
  });
}

export function unexpectedReadResult(kind: 'ReadStreamResult' | 'ReadAllResult', value: string): CallError {
  return new CallError(status.UNKNOWN, `Unexpected ${kind}: ${value}`);
}

export function cancelledByServer(): CallError {
  return new CallError(status.CANCELLED, 'The server is shutting down.');
}

export function serverNotReady(): CallError {
  return new CallError(status.UNAVAILABLE, 'Server Is Not Ready');
}

/** The status that tells a client what went wrong; a bug becomes UNKNOWN and `report` hears of it. */
export function toCallError(failure: unknown, report: (bug: unknown) => void): CallError {
  if (failure instanceof CallError) return failure;
  if (failure instanceof MissingMetadataProperty) {
    return new CallError(status.INVALID_ARGUMENT, failure.message, {
      exception: 'missing-required-metadata-property',
      'required-metadata-properties': 'type,content-type',
    });
  }
  if (failure instanceof InvalidRequest || failure instanceof MalformedMessage)
    return new CallError(status.INVALID_ARGUMENT, failure.message);
  if (failure instanceof LogFull) return new CallError(status.RESOURCE_EXHAUSTED, failure.message);
  if (failure instanceof LogBroken) return new CallError(status.UNAVAILABLE, failure.message);
  report(failure);
  return new CallError(status.UNKNOWN, 'Exception was thrown by handler.');
}

function versionNumber(expected: ExpectedVersion): string {
  const numbers = { any: '-2', noStream: '-1', streamExists: '-4' } as const;
  return expected.type === 'exact' ? String(expected.revision) : numbers[expected.type];
}

/** Trailers hold nothing but printable ASCII: other characters, and the percent sign itself then, are percent-encoded. */
function ascii(value: string): string {
  return /^[\x20-\x7e]*$/.test(value) ? value : encodeURIComponent(value);
}
