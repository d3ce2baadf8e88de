import type { MethodDefinition, Server } from '@grpc/grpc-js';
import gossip from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import projections from '@eventstore/db-client/generated/projections_grpc_pb.js';
import features from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import streams from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { append } from './append.js';
import { batchAppend } from './batch-append.js';
import { remove } from './delete.js';
import { clusterInfo, supportedMethods, type ClusterMember } from './cluster.js';
import type { Node } from './node.js';
import { read } from './read.js';

/**
 * Registers what this node can do. Every other method of the protocol is left out, and so answered UNIMPLEMENTED.
 * @param member how this node shows itself to clients that discover it
 */
export function addServices(
  server: Server,
  node: Node,
  member: () => ClusterMember,
  { advertiseBatchAppend }: { readonly advertiseBatchAppend: boolean },
): void {
  const { StreamsService } = streams;
  server.addService(
    {
      read: asBytes(StreamsService.read),
      append: asBytes(StreamsService.append),
      delete: asBytes(StreamsService.delete),
      tombstone: asBytes(StreamsService.tombstone),
      batchAppend: asBytes(StreamsService.batchAppend),
    },
    {
      read: read(node),
      append: append(node),
      delete: remove(node, 'softDelete'),
      tombstone: remove(node, 'tombstone'),
      batchAppend: batchAppend(node),
    },
  );
  server.addService(features.ServerFeaturesService, {
    getSupportedMethods: (_: unknown, callback: (error: null, response: unknown) => void) =>
      callback(null, supportedMethods(advertiseBatchAppend)),
  });
  server.addService(gossip.GossipService, {
    read: (_: unknown, callback: (error: null, response: unknown) => void) => callback(null, clusterInfo(member())),
  });
  server.addService(
    { statistics: projections.ProjectionsService.statistics },
    { statistics: (call: { end(): void }) => call.end() },
  );
}

/** The method with its messages as bytes: the generated classes cost more than the rest of a call together. */
function asBytes({
  path,
  requestStream,
  responseStream,
}: Pick<MethodDefinition<never, never>, 'path' | 'requestStream' | 'responseStream'>): MethodDefinition<
  Buffer,
  Buffer
> {
  const same = (bytes: Buffer): Buffer => bytes;
  return {
    path,
    requestStream,
    responseStream,
    requestSerialize: same,
    requestDeserialize: same,
    responseSerialize: same,
    responseDeserialize: same,
  };
}
