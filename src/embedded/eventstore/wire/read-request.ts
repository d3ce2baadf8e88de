import { compileExpression } from '../filter/expression.js';
import { UnsupportedExpression } from '../filter/expression-syntax.js';
import {
  byExpression,
  byPrefix,
  type FilterSubject,
  type RecordFilter,
  type SubscriptionFilter,
} from '../filter/record-filter.js';
import type { Direction } from '../log/event-log.js';
import type { ReadFrom } from '../streams/read-from.js';
import { readStreamIdentifier, requireRevision, requireStreamName } from './identifiers.js';
import { InvalidRequest } from './invalid-request.js';
import { ProtoReader } from './proto-reader.js';
import type { UuidForm } from './read-response.js';

interface EveryRead {
  readonly resolveLinks: boolean;
  readonly uuids: UuidForm;
  readonly compatibility: number;
}
export type ReadRequest = EveryRead &
  (
    | { readonly type: 'ReadStream'; stream: string; from: ReadFrom; direction: Direction; count: number }
    | { readonly type: 'SubscribeToStream'; stream: string; from: ReadFrom }
    | {
        readonly type: 'ReadAll';
        from: ReadFrom;
        direction: Direction;
        count: number;
        filter: RecordFilter | undefined;
      }
    | { readonly type: 'SubscribeToAll'; from: ReadFrom; filter: SubscriptionFilter | undefined }
  );

/** A position whose commit lies before its prepare: no record can be there. */
export class ImpossiblePosition extends Error {
  override readonly name = 'ImpossiblePosition';
}

interface Source {
  readonly stream: string | undefined;
  readonly from: ReadFrom;
}
const endRevision = 2n ** 64n - 1n;
const filterWindow = 32;

export function readReadRequest(bytes: Buffer): ReadRequest {
  const message = new ProtoReader(bytes);
  let options: ProtoReader | undefined;
  while (message.next()) {
    if (message.field === 1) options = message.message();
    else message.skip();
  }
  return readOptions(options ?? new ProtoReader(Buffer.alloc(0)));
}

function readOptions(message: ProtoReader): ReadRequest {
  let source: Source | undefined;
  let backwards = false;
  let resolveLinks = false;
  let count: number | undefined;
  let subscribes = false;
  let filter: SubscriptionFilter | undefined;
  let hasFilterOption = false;
  let uuids: UuidForm | undefined;
  let compatibility = 0;
  while (message.next()) {
    if (message.field === 1) source = readStreamOptions(message.message());
    else if (message.field === 2) source = readAllOptions(message.message());
    else if (message.field === 3) backwards = message.uint() === 1;
    else if (message.field === 4) resolveLinks = message.bool();
    else if (message.field === 5) count = message.uint();
    else if (message.field === 7) {
      filter = readFilter(message.message());
      hasFilterOption = true;
    } else if (message.field === 9) uuids = readUuidOption(message.message());
    else if (message.field === 10) compatibility = readFirstNumber(message.message());
    else {
      if (message.field === 6) subscribes = true;
      if (message.field === 8) hasFilterOption = true;
      message.skip();
    }
  }
  if (uuids === undefined)
    throw new InvalidRequest(
      '`uuidOption` is a required argument of type event_store.client.streams.ReadReq.Options.UUIDOption',
    );
  if (source === undefined) throw new InvalidRequest("'None' is not a valid StreamOptionOneofCase");
  if (count === undefined && !subscribes) throw new InvalidRequest("'None' is not a valid CountOptionOneofCase");
  if (!hasFilterOption) throw new InvalidRequest("'None' is not a valid FilterOptionOneofCase");
  if (subscribes && filter?.checkpointInterval === 0)
    throw new InvalidRequest('The checkpoint interval multiplier must be at least 1.');
  const every: EveryRead = { resolveLinks, uuids, compatibility };
  const { stream, from } = source;
  const direction: Direction = backwards ? 'backwards' : 'forwards';
  const isPossible = !(subscribes && backwards) && !(stream !== undefined && filter !== undefined);
  if (!isPossible)
    throw new InvalidRequest(
      `The combination of (${stream === undefined ? 'All' : 'Stream'}, ${subscribes ? 'Subscription' : 'Count'}, ${backwards ? 'Backwards' : 'Forwards'}, ${filter === undefined ? 'NoFilter' : 'Filter'}) is invalid.`,
    );
  if (stream !== undefined) {
    return subscribes
      ? { ...every, type: 'SubscribeToStream', stream, from }
      : { ...every, type: 'ReadStream', stream, from, direction, count: count ?? 0 };
  }
  return subscribes
    ? { ...every, type: 'SubscribeToAll', from, filter }
    : { ...every, type: 'ReadAll', from, direction, count: count ?? 0, filter: filter?.accepts };
}

function readStreamOptions(message: ProtoReader): Source {
  let stream: string | undefined;
  let from: ReadFrom | undefined;
  while (message.next()) {
    if (message.field === 1) stream = readStreamIdentifier(message.message());
    else if (message.field === 2) {
      const revision = message.uint64();
      from = revision === endRevision ? 'end' : Number(requireRevision(revision));
    } else {
      if (message.field === 3) from = 'start';
      if (message.field === 4) from = 'end';
      message.skip();
    }
  }
  if (from === undefined) throw new InvalidRequest("'None' is not a valid RevisionOptionOneofCase");
  return { stream: requireStreamName(stream), from };
}

function readAllOptions(message: ProtoReader): Source {
  let from: ReadFrom | undefined;
  while (message.next()) {
    if (message.field === 1) from = readPosition(message.message());
    else {
      if (message.field === 2) from = 'start';
      if (message.field === 3) from = 'end';
      message.skip();
    }
  }
  if (from === undefined) throw new InvalidRequest("'None' is not a valid AllOptionOneofCase");
  return { stream: undefined, from };
}

function readPosition(message: ProtoReader): ReadFrom {
  let commit = 0n;
  let prepare = 0n;
  while (message.next()) {
    if (message.field === 1) commit = message.uint64();
    else if (message.field === 2) prepare = message.uint64();
    else message.skip();
  }
  if (commit === endRevision && prepare === endRevision) return 'end';
  if (commit < prepare) throw new ImpossiblePosition('The commit position is less than the prepare position.');
  return Number(requireRevision(commit));
}

function readUuidOption(message: ProtoReader): UuidForm | undefined {
  let form: UuidForm | undefined;
  while (message.next()) {
    if (message.field === 1) form = 'structured';
    if (message.field === 2) form = 'string';
    message.skip();
  }
  return form;
}

function readFirstNumber(message: ProtoReader): number {
  let value = 0;
  while (message.next()) {
    if (message.field === 1) value = message.uint();
    else message.skip();
  }
  return value;
}

function readFilter(message: ProtoReader): SubscriptionFilter {
  let accepts: RecordFilter | undefined;
  let window: number | undefined;
  let multiplier = 0;
  while (message.next()) {
    if (message.field === 1) accepts = readExpression(message.message(), 'stream');
    else if (message.field === 2) accepts = readExpression(message.message(), 'type');
    else if (message.field === 3) window = message.uint();
    else if (message.field === 5) multiplier = message.uint();
    else {
      if (message.field === 4) window = filterWindow;
      message.skip();
    }
  }
  if (accepts === undefined) throw new InvalidRequest("'None' is not a valid FilterOneofCase");
  if (window === undefined || window === 0) throw new InvalidRequest("'None' is not a valid WindowOneofCase");
  return { accepts, checkpointInterval: window * multiplier };
}

function readExpression(message: ProtoReader, subject: FilterSubject): RecordFilter {
  let pattern = '';
  const prefixes: string[] = [];
  while (message.next()) {
    if (message.field === 1) pattern = message.string();
    else if (message.field === 2) prefixes.push(message.string());
    else message.skip();
  }
  if (pattern === '') return byPrefix(subject, prefixes);
  try {
    return byExpression(subject, compileExpression(pattern));
  } catch (refusal) {
    if (!(refusal instanceof UnsupportedExpression)) throw refusal;
    throw new InvalidRequest(`The regular expression of the filter is not supported: ${refusal.message}.`);
  }
}
