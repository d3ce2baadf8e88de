import type { EventStore } from '../../src/application/ports/event-store.js';
import {
  startEventStore,
  type EventStoreOptions,
  type RunningEventStore,
} from '../../src/embedded/eventstore/server.js';
import { connectEventStore } from '../../src/infrastructure/eventstore/connect.js';
import type { EsdbTimes } from '../../src/infrastructure/eventstore/esdb-event-store.js';

export interface ServedEventStore {
  readonly server: RunningEventStore;
  readonly store: EventStore;
  /** One more client of the same log; it is closed with the rest. */
  another(times?: Partial<EsdbTimes>): EventStore;
  stop(): Promise<void>;
}

/** The embedded event store, in memory unless told otherwise, reached by the official client as in production. */
export async function serveEventStore(
  options: EventStoreOptions = { memory: true },
  times: Partial<EsdbTimes> = {},
): Promise<ServedEventStore> {
  const server = await startEventStore({ advertiseBatchAppend: false, ...options });
  const clients: EventStore[] = [];
  const another = (theirTimes = times) => {
    const client = connectEventStore(server.connectionString, { watchMs: 200, ...theirTimes });
    clients.push(client);
    return client;
  };
  return {
    server,
    store: another(),
    another,
    async stop() {
      await Promise.all(clients.map((client) => client.close()));
      await server.stop();
    },
  };
}
