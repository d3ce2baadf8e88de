import { randomUUID } from 'node:crypto';
import { isIP, type Socket } from 'node:net';
import { Server as GrpcServer, ServerCredentials } from '@grpc/grpc-js';
import { serverNotReady, toCallError } from './grpc/call-error.js';
import { serverVersion } from './grpc/cluster.js';
import type { Node } from './grpc/node.js';
import { addServices } from './grpc/services.js';
import { listenOnSharedPort } from './http/shared-port.js';
import { createStatusPages } from './http/status-pages.js';
import type { EventLog, LogBroken } from './log/event-log.js';
import type { LogWatch } from './log/log-watch.js';
import { openMemoryLog } from './log/memory-log.js';
import { openSegmentLog } from './log/segment-log.js';
import { StoreMetrics } from './metrics/store-metrics.js';
import { MetadataCache } from './streams/metadata-cache.js';
import { RecentIds } from './streams/recent-ids.js';
import { rememberTail } from './streams/remember-tail.js';
import { StreamReader } from './streams/stream-reader.js';
import { StreamWriter } from './streams/stream-writer.js';
import { writeFirstEvents } from './streams/system-events.js';

export interface EventStoreOptions {
  /** Directory of the log. Required unless `memory`. */
  readonly dataDir?: string;
  /** Keeps the log in memory: it ends with the server. */
  readonly memory?: boolean;
  /** A loopback address unless `insecureAnyHost`: the node asks nobody for a password. 127.0.0.1 unless told. */
  readonly host?: string;
  readonly insecureAnyHost?: boolean;
  /** 0, or nothing, takes a free port. */
  readonly port?: number;
  /**
   * Whether clients are told of BatchAppend. True unless told. The official Node client rejects the pending batch
   * appends of every client in its process when one connection fails; an application in that position says no.
   */
  readonly advertiseBatchAppend?: boolean;
  /** Limit of one append: data, metadata and twice the length of the type of all its events. 1 MiB unless told. */
  readonly maxAppendBytes?: number;
  /** Hears of bugs that a caller saw as status UNKNOWN. Written to stderr unless told. */
  readonly onBug?: (bug: unknown) => void;
}

export interface RunningEventStore {
  readonly host: string;
  readonly port: number;
  /** For the official client. */
  readonly connectionString: string;
  /** Bytes of an interrupted append that opening the log had to cut off. */
  readonly recovered: EventLog['recovered'];
  /** Resolves if the disk fails; the process should then end, and recover from what is on disk. */
  readonly broken: Promise<LogBroken>;
  /** Ends reads and batches with CANCELLED and appends not yet complete with UNAVAILABLE; everything answered is on disk. */
  stop(): Promise<void>;
}

/** The node would be open to a network, and it asks nobody for a password. */
export class HostNotAllowed extends Error {
  override readonly name = 'HostNotAllowed';
}

const mebibyte = 1024 * 1024;
const graceMs = 1000;

/**
 * Starts a single-node server of the EventStoreDB protocol, without TLS and without users.
 * @throws HostNotAllowed; LogLocked, LogDamaged, LogTooNew, LogUnusable for the directory; the system's error for the port
 */
export async function startEventStore(options: EventStoreOptions): Promise<RunningEventStore> {
  const host = options.host ?? '127.0.0.1';
  if (!isLoopback(host) && options.insecureAnyHost !== true)
    throw new HostNotAllowed(`${host} is not a loopback address, and this server asks nobody for a password.`);
  const metrics = new StoreMetrics(options.dataDir);
  const log = await openLog(options, metrics);
  try {
    return await serveLog(log, host, options, metrics);
  } catch (failure) {
    await log.close();
    throw failure;
  }
}

async function openLog({ memory, dataDir }: EventStoreOptions, watch: LogWatch): Promise<EventLog> {
  if (memory === true) return openMemoryLog();
  if (dataDir === undefined) throw new TypeError('An event store needs a dataDir, or memory: true.');
  return openSegmentLog({ dataDir, watch });
}

/** Serves an open log, which the server closes when it stops. */
export async function serveLog(
  log: EventLog,
  host: string,
  options: EventStoreOptions,
  metrics = new StoreMetrics(options.dataDir),
): Promise<RunningEventStore> {
  const metadata = new MetadataCache(log);
  const recentIds = new RecentIds();
  await writeFirstEvents(log);
  await rememberTail(log, recentIds);

  const openCalls = new Set<() => void>();
  const reportBug = options.onBug ?? ((bug) => console.error('eventstore: a bug, answered with UNKNOWN:', bug));
  let isReady = true;
  const node: Node = {
    log,
    reader: new StreamReader(log, metadata),
    writer: new StreamWriter(log, metadata, recentIds),
    maxAppendBytes: options.maxAppendBytes ?? mebibyte,
    openCall(end) {
      if (!isReady) queueMicrotask(end);
      openCalls.add(end);
      return () => openCalls.delete(end);
    },
    errorOf: (failure) => (isReady ? toCallError(failure, reportBug) : serverNotReady()),
  };

  const grpc = new GrpcServer({
    'grpc.max_receive_message_length': 17 * mebibyte,
    'grpc.keepalive_time_ms': 10_000,
    'grpc.keepalive_timeout_ms': 10_000,
    'grpc.max_concurrent_streams': 1000,
  });
  const startedAt = Date.now();
  const instanceId = randomUUID();
  const member = (): { instanceId: string; host: string; port: number } => ({ instanceId, host, port: shared.port });
  addServices(grpc, node, member, { advertiseBatchAppend: options.advertiseBatchAppend ?? true });
  const injector = grpc.createConnectionInjector(ServerCredentials.createInsecure());
  const status = () => ({
    ...member(),
    isReady,
    version: serverVersion,
    lastPosition: log.lastPosition,
    uptimeMs: Date.now() - startedAt,
  });
  const metricsPage = async () => ({ type: metrics.contentType, text: await metrics.text(log.durableEnd) });
  const pages = createStatusPages(status, metricsPage);
  // A server that does not listen itself keeps no list of its connections.
  const visitors = new Set<Socket>();
  const shared = await listenOnSharedPort(
    host,
    options.port ?? 0,
    (socket) => injector.injectConnection(socket),
    (socket) => {
      visitors.add(socket);
      socket.once('close', () => visitors.delete(socket));
      pages.emit('connection', socket);
    },
  );

  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    shared.close();
    isReady = false;
    for (const end of [...openCalls]) end();
    await log.settled().catch(() => undefined);
    await shutDown(grpc);
    injector.destroy();
    for (const socket of visitors) socket.destroy();
    await log.close();
  };
  return {
    host,
    port: shared.port,
    connectionString: `esdb://${host.includes(':') ? `[${host}]` : host}:${shared.port}?tls=false`,
    recovered: log.recovered,
    broken: new Promise((resolve) => log.onBroken(resolve)),
    stop: () => (stopping ??= stop()),
  };
}

/** Lets the calls that were just ended say so; those whose reader does not listen are cut off after the grace time. */
async function shutDown(grpc: GrpcServer): Promise<void> {
  await new Promise<void>((resolve) => {
    const cut = setTimeout(() => {
      grpc.forceShutdown();
      resolve();
    }, graceMs);
    grpc.tryShutdown(() => {
      clearTimeout(cut);
      resolve();
    });
  });
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}
