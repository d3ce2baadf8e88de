import type { handleUnaryCall } from '@grpc/grpc-js';
import { allStream, isMetastream } from '../streams/stream-name.js';
import { ProtoReader } from '../wire/proto-reader.js';
import { writeDeleteResponse } from '../wire/append.js';
import { readDeleteRequest } from '../wire/write-options.js';
import { accessDenied, streamDeleted, wrongExpectedVersion } from './call-error.js';
import type { Node } from './node.js';

/** Streams.Delete and Streams.Tombstone. */
export function remove(node: Node, how: 'softDelete' | 'tombstone'): handleUnaryCall<Buffer, Buffer> {
  const serve = async (bytes: Buffer): Promise<Buffer> => {
    const { stream, expected } = readDeleteRequest(new ProtoReader(bytes));
    if (stream === allStream || isMetastream(stream)) throw accessDenied();
    const outcome = await node.writer[how](stream, expected);
    if (outcome.type === 'StreamDeleted') throw streamDeleted(stream);
    if (outcome.type === 'WrongExpectedVersion') throw wrongExpectedVersion(stream, expected, outcome.current);
    return writeDeleteResponse(outcome.position);
  };
  return (call, callback) => {
    serve(call.request).then(
      (response) => callback(null, response),
      (failure: unknown) => callback(node.errorOf(failure)),
    );
  };
}
