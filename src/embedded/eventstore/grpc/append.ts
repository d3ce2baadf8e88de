import type { handleClientStreamingCall, ServerReadableStream } from '@grpc/grpc-js';
import { allStream } from '../streams/stream-name.js';
import { appendSize, type ProposedEvent } from '../streams/proposed-event.js';
import { readAppendRequest, writeAppendResponse } from '../wire/append.js';
import { InvalidRequest } from '../wire/invalid-request.js';
import type { WriteOptions } from '../wire/write-options.js';
import { accessDenied, maximumAppendSizeExceeded, serverNotReady, streamDeleted } from './call-error.js';
import type { Node } from './node.js';

/** Streams.Append: one write per call. */
export function append(node: Node): handleClientStreamingCall<Buffer, Buffer> {
  return (call, callback) => {
    let options: WriteOptions | undefined;
    let bytes = 0;
    let ended = false;
    const events: ProposedEvent[] = [];
    const done = node.openCall(() => fail(serverNotReady()));
    const end = (): boolean => {
      if (ended) return false;
      ended = true;
      done();
      return true;
    };
    const fail = (failure: unknown): void => {
      if (end()) callback(node.errorOf(failure));
    };

    const receive = (message: Buffer): void => {
      const request = readAppendRequest(message);
      if (request.type === 'options') {
        if (options !== undefined) throw new InvalidRequest('The options of an append come once.');
        if (request.options.stream === allStream) throw accessDenied();
        options = request.options;
        return;
      }
      if (options === undefined) throw new InvalidRequest('The options of an append come before its events.');
      bytes += appendSize(request.event);
      if (bytes > node.maxAppendBytes) throw maximumAppendSizeExceeded(node.maxAppendBytes);
      events.push(request.event);
    };

    const write = async (): Promise<Buffer> => {
      if (options === undefined) throw new InvalidRequest('An append without options.');
      const { stream, expected } = options;
      const outcome = await node.writer.append(stream, expected, events);
      if (outcome.type === 'StreamDeleted') throw streamDeleted(stream);
      return writeAppendResponse(outcome, expected);
    };

    call.on('data', (message: Buffer) => {
      if (ended) return;
      try {
        receive(message);
      } catch (failure) {
        fail(failure);
      }
    });
    call.on('cancelled', end);
    call.on('error', fail);
    call.on('end', () => {
      if (ended) return;
      if (isCut(call)) return void end();
      done();
      write().then((response) => end() && callback(null, response), fail);
    });
  };
}

/**
 * Whether the asker went away, so that what came is no more than a part. Where the connection breaks, or the call is
 * taken back, grpc-js ends it as if all had been sent, and only then says that it was cancelled; what it goes by itself
 * knows better.
 */
function isCut(call: ServerReadableStream<Buffer, Buffer>): boolean {
  const { call: inner } = call as unknown as { readonly call: { checkCancelled(): boolean } };
  return inner.checkCancelled();
}
