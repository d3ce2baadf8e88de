import { randomUUID } from 'node:crypto';
import { status, type handleServerStreamingCall } from '@grpc/grpc-js';
import { isHidden, type RecordFilter } from '../filter/record-filter.js';
import type { LogRecord } from '../log/event-log.js';
import { PageSize, readAllPage } from '../streams/all-reader.js';
import { resolveLink } from '../streams/links.js';
import type { Delivery } from '../subscriptions/delivery.js';
import { subscribeToAll } from '../subscriptions/subscribe-to-all.js';
import { subscribeToStream } from '../subscriptions/subscribe-to-stream.js';
import { ImpossiblePosition, readReadRequest, type ReadRequest } from '../wire/read-request.js';
import {
  writeCaughtUp,
  writeCheckpoint,
  writeConfirmation,
  writeEvent,
  writeFirstStreamPosition,
  writeLastStreamPosition,
  writeStreamNotFound,
} from '../wire/read-response.js';
import { CallError, cancelledByServer, streamDeleted, unexpectedReadResult } from './call-error.js';
import type { Node } from './node.js';
import { Outbox } from './outbox.js';

/** As much as fits into one frame of HTTP/2. */
const writeBytes = 16 * 1024;

type Of<Type extends ReadRequest['type']> = Extract<ReadRequest, { type: Type }>;

/** Streams.Read: reads that end and subscriptions that do not. */
export function read(node: Node): handleServerStreamingCall<Buffer, Buffer> {
  return (call) => {
    const outbox = new Outbox(call);
    const done = node.openCall(() => outbox.end(cancelledByServer()));
    serve(node, call.request, outbox)
      .then(
        () => outbox.end(),
        (failure: unknown) => outbox.end(node.errorOf(failure)),
      )
      .finally(done);
  };
}

async function serve(node: Node, bytes: Buffer, outbox: Outbox): Promise<void> {
  const request = parse(bytes);
  switch (request.type) {
    case 'ReadStream':
      return readStream(node, request, outbox);
    case 'ReadAll':
      return readAll(node, request, outbox);
    case 'SubscribeToStream':
      if (await node.reader.isTombstoned(request.stream)) throw streamDeleted(request.stream);
      return subscribe(node, request, outbox);
    case 'SubscribeToAll':
      return subscribe(node, request, outbox);
    default:
      return request satisfies never;
  }
}

function parse(bytes: Buffer): ReadRequest {
  try {
    return readReadRequest(bytes);
  } catch (refusal) {
    if (refusal instanceof ImpossiblePosition) throw new CallError(status.UNKNOWN, refusal.message);
    throw refusal;
  }
}

async function readStream(node: Node, request: Of<'ReadStream'>, outbox: Outbox): Promise<void> {
  const { stream, direction, from } = request;
  if (direction === 'forwards' && from === 'end') throw unexpectedReadResult('ReadStreamResult', 'Error');
  const pageSize = new PageSize();
  let left = request.count;
  let next: number | undefined = from === 'start' ? 0 : from === 'end' ? Number.MAX_SAFE_INTEGER : from;
  let isFirst = true;
  while (next !== undefined && !outbox.isOver) {
    const page = await node.reader.page(stream, next, direction, Math.max(1, Math.min(left, pageSize.next())));
    if (page.type === 'Deleted') throw streamDeleted(stream);
    if (page.type === 'NotFound') return void outbox.write(writeStreamNotFound(stream));
    if (left <= 0) break;
    if (isFirst && page.records.length === 0 && request.compatibility >= 1 && direction === 'forwards')
      await outbox.write(writeFirstStreamPosition(page.next ?? node.reader.lastRevision(stream) + 1));
    isFirst = false;
    pageSize.learn(page.records);
    left -= page.records.length;
    await send(node, page.records, request, outbox);
    next = left > 0 ? page.next : undefined;
  }
  if (request.compatibility >= 1) await outbox.write(writeLastStreamPosition(node.reader.lastRevision(stream)));
}

async function readAll(node: Node, request: Of<'ReadAll'>, outbox: Outbox): Promise<void> {
  const { direction, from } = request;
  const { log } = node;
  if (typeof from === 'number' && direction === 'backwards' && from > log.durableEnd)
    throw unexpectedReadResult('ReadAllResult', 'InvalidPosition');
  const pageSize = new PageSize();
  let left = request.count;
  let next: number | undefined = from === 'start' ? 0 : from === 'end' ? log.durableEnd : from;
  while (next !== undefined && left > 0 && !outbox.isOver) {
    const page = await readAllPage(log, next, direction, Math.min(left, pageSize.next()));
    pageSize.learn(page.records);
    const shown = page.records.filter((record) => isShown(record, request.filter));
    left -= shown.length;
    await send(node, shown, request, outbox);
    next = page.next;
  }
}

function isShown(record: LogRecord, filter: RecordFilter | undefined): boolean {
  return !isHidden(record) && (filter === undefined || filter(record));
}

async function subscribe(
  node: Node,
  request: Of<'SubscribeToStream'> | Of<'SubscribeToAll'>,
  outbox: Outbox,
): Promise<void> {
  const { signal } = outbox;
  const deliveries =
    request.type === 'SubscribeToAll'
      ? subscribeToAll(node.log, request.from, request.filter, signal)
      : subscribeToStream(node.log, node.reader, request.stream, request.from, signal);
  await outbox.write(writeConfirmation(randomUUID()));
  for await (const delivery of deliveries) await deliver(node, delivery, request, outbox);
}

async function deliver(
  node: Node,
  delivery: Delivery,
  request: Of<'SubscribeToStream'> | Of<'SubscribeToAll'>,
  outbox: Outbox,
): Promise<void> {
  switch (delivery.type) {
    case 'Records':
      return send(node, delivery.records, request, outbox);
    case 'Checkpoint':
      return outbox.write(writeCheckpoint(delivery.position));
    case 'CaughtUp':
      return outbox.write(writeCaughtUp());
    case 'StreamDeleted':
      throw streamDeleted(request.type === 'SubscribeToStream' ? request.stream : '');
    default:
      return delivery satisfies never;
  }
}

async function send(
  node: Node,
  records: readonly LogRecord[],
  { resolveLinks, uuids }: ReadRequest,
  outbox: Outbox,
): Promise<void> {
  let messages: Buffer[] = [];
  let bytes = 0;
  for (const record of records) {
    const resolved = resolveLinks ? await resolveLink(record, node.reader) : { event: record, link: undefined };
    const message = writeEvent(resolved, uuids);
    messages.push(message);
    bytes += message.length;
    if (bytes < writeBytes) continue;
    await outbox.writeAll(messages);
    if (outbox.isOver) return;
    messages = [];
    bytes = 0;
  }
  await outbox.writeAll(messages);
}
