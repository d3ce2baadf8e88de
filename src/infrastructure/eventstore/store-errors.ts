import { status } from '@grpc/grpc-js';
import { ErrorType } from '@eventstore/db-client';
import { AppendTooLarge, StoreFull, StoreUnavailable } from '../../application/ports/event-store.js';
import { messageOf } from '../../domain/kernel/message-of.js';

/** The server was never reached, so it has done nothing. */
const notSent = /No connection established|Name resolution failed|Failed to discover/;

/** The server has looked at the request and done nothing, or nothing else would do on repeating it. */
const finalTypes: ReadonlySet<string> = new Set([
  ErrorType.ACCESS_DENIED,
  ErrorType.STREAM_DELETED,
  ErrorType.INVALID_ARGUMENT,
  ErrorType.INVALID_TRANSACTION,
  ErrorType.MISSING_REQUIRED_METADATA_PROPERTY,
  ErrorType.MAXIMUM_APPEND_SIZE_EXCEEDED,
]);

interface Failure {
  readonly type?: unknown;
  readonly code?: unknown;
}

function asFailure(error: unknown): Failure {
  return typeof error === 'object' && error !== null ? error : {};
}

export function isWrongExpectedVersion(error: unknown): boolean {
  return asFailure(error).type === ErrorType.WRONG_EXPECTED_VERSION;
}

export function isDeadlineExceeded(error: unknown): boolean {
  return asFailure(error).type === ErrorType.DEADLINE_EXCEEDED;
}

export function isStreamNotFound(error: unknown): boolean {
  return asFailure(error).type === ErrorType.STREAM_NOT_FOUND;
}

/** True only if an append that failed like this cannot have been written, now or later. */
export function certainlyNotWritten(error: unknown): boolean {
  const { type, code } = asFailure(error);
  if (error instanceof StoreUnavailable || error instanceof RangeError || error instanceof TypeError) return true;
  if (typeof type === 'string' && finalTypes.has(type)) return true;
  if (code === status.RESOURCE_EXHAUSTED || code === status.INVALID_ARGUMENT) return true;
  return notSent.test(messageOf(error));
}

/** The port's word for what the client says. What is nobody's passing trouble stays as it is. */
export function toStoreError(error: unknown): unknown {
  const { type, code } = asFailure(error);
  const message = messageOf(error);
  if (type === ErrorType.MAXIMUM_APPEND_SIZE_EXCEEDED || /exceeds Maximum Append Event Size/.test(message)) {
    return new AppendTooLarge(message, { cause: error });
  }
  if (code === status.RESOURCE_EXHAUSTED) return new StoreFull(message, { cause: error });
  if (error instanceof TypeError || error instanceof RangeError) return error;
  const lasting = type === ErrorType.STREAM_DELETED || code === status.INVALID_ARGUMENT;
  return lasting || error instanceof StoreUnavailable ? error : new StoreUnavailable(message, { cause: error });
}
