import gossipMessages from '@eventstore/db-client/generated/gossip_pb.js';
import featureMessages from '@eventstore/db-client/generated/serverfeatures_pb.js';
import sharedMessages from '@eventstore/db-client/generated/shared_pb.js';
import { nowTicks } from '../streams/clock.js';

/** The server version whose behaviour this node follows. */
export const serverVersion = '24.10.4';

const service = 'event_store.client';
const methods: readonly (readonly [service: string, method: string, features: readonly string[]])[] = [
  [`${service}.streams.streams`, 'read', ['position', 'events']],
  [`${service}.streams.streams`, 'append', []],
  [`${service}.streams.streams`, 'delete', []],
  [`${service}.streams.streams`, 'tombstone', []],
  [`${service}.streams.streams`, 'batchappend', ['deadline_duration']],
  [`${service}.gossip.gossip`, 'read', []],
  [`${service}.server_features.serverfeatures`, 'getsupportedmethods', []],
];

/** Without batch append a client appends by one call each, where deadlines and failures concern that append alone. */
export function supportedMethods(advertiseBatchAppend: boolean): InstanceType<typeof featureMessages.SupportedMethods> {
  const supported = new featureMessages.SupportedMethods();
  supported.setEventStoreServerVersion(serverVersion);
  for (const [serviceName, methodName, features] of methods) {
    if (methodName === 'batchappend' && !advertiseBatchAppend) continue;
    const method = new featureMessages.SupportedMethod();
    method.setServiceName(serviceName);
    method.setMethodName(methodName);
    method.setFeaturesList([...features]);
    supported.addMethods(method);
  }
  return supported;
}

export interface ClusterMember {
  /** A UUID of this run of the server. */
  readonly instanceId: string;
  readonly host: string;
  readonly port: number;
}

/** A cluster of one, led by this node. */
export function clusterInfo({
  instanceId,
  host,
  port,
}: ClusterMember): InstanceType<typeof gossipMessages.ClusterInfo> {
  const id = new sharedMessages.UUID();
  const structured = new sharedMessages.UUID.Structured();
  const bytes = Buffer.from(instanceId.replaceAll('-', ''), 'hex');
  structured.setMostSignificantBits(bytes.readBigInt64BE(0).toString());
  structured.setLeastSignificantBits(bytes.readBigInt64BE(8).toString());
  id.setStructured(structured);
  const endPoint = new gossipMessages.EndPoint();
  endPoint.setAddress(host);
  endPoint.setPort(port);
  const member = new gossipMessages.MemberInfo();
  member.setInstanceId(id);
  member.setTimeStamp(nowTicks().toString());
  member.setState(gossipMessages.MemberInfo.VNodeState.LEADER);
  member.setIsAlive(true);
  member.setHttpEndPoint(endPoint);
  const cluster = new gossipMessages.ClusterInfo();
  cluster.addMembers(member);
  return cluster;
}
