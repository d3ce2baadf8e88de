import esdb, { type EventStoreDBClient, type JSONEventData, type ResolvedEvent } from '@eventstore/db-client';
import {
  startEventStore,
  type EventStoreOptions,
  type RunningEventStore,
} from '../../../src/embedded/eventstore/server.js';

export const { jsonEvent, binaryEvent, EventStoreDBClient: Client } = esdb;

export interface Store {
  readonly server: RunningEventStore;
  /** The official client, unmodified. */
  readonly client: EventStoreDBClient;
  /** Another connection to the same server. */
  connect(options?: string): EventStoreDBClient;
  close(): Promise<void>;
}

/** A server that listens, with the official client connected to it. In memory unless told. */
export async function openStore(options: EventStoreOptions = { memory: true }): Promise<Store> {
  const server = await startEventStore(options);
  const clients: EventStoreDBClient[] = [];
  const connect = (more = ''): EventStoreDBClient => {
    const connection = Client.connectionString(server.connectionString + more);
    clients.push(connection);
    return connection;
  };
  return {
    server,
    client: connect(),
    connect,
    async close() {
      for (const connection of clients) await connection.dispose();
      await server.stop();
    },
  };
}

let counter = 0;

/** A stream name that no other test of this file uses. */
export function freshStream(prefix = 'ship'): string {
  return `${prefix}-${(counter += 1)}`;
}

export function event(type = 'ShipMoved', data: Record<string, unknown> = { at: 'X1' }, id?: string): JSONEventData {
  return jsonEvent({ type, data, ...(id !== undefined && { id }) });
}

export function events(count: number, type = 'ShipMoved'): JSONEventData[] {
  return Array.from({ length: count }, (_, n) => event(type, { n }));
}

export async function all<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const seen: T[] = [];
  for await (const item of stream) seen.push(item);
  return seen;
}

export function revisions(read: readonly ResolvedEvent[]): number[] {
  return read.map(({ event: recorded }) => Number(recorded?.revision));
}

/** What a promise is rejected with; fails if it is not. */
export async function failureOf(promise: Promise<unknown>): Promise<Record<string, unknown>> {
  try {
    await promise;
  } catch (failure) {
    return failure as Record<string, unknown>;
  }
  throw new Error('It should have been refused.');
}
