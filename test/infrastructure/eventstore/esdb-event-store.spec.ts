import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  startEventStore,
  type EventStoreOptions,
  type RunningEventStore,
} from '../../../src/embedded/eventstore/server.js';
import { connectEventStore } from '../../../src/infrastructure/eventstore/connect.js';
import { describeEventStore } from '../../contracts/event-store.contract.js';

const clientOf = (connectionString: string) => async () => connectEventStore(connectionString, { watchMs: 100 });

function describeEmbedded(options: () => Promise<EventStoreOptions>): void {
  let server: RunningEventStore;
  beforeAll(async () => (server = await startEventStore(await options())));
  afterAll(() => server.stop());
  describeEventStore(async () => clientOf(server.connectionString));
}

describe('the official client against the embedded event store in memory', () => {
  describeEmbedded(async () => ({ memory: true }));
});

describe('the official client against the embedded event store on disk', () => {
  let dataDir: string;
  describeEmbedded(async () => ({ dataDir: (dataDir = await mkdtemp(join(tmpdir(), 'holdfast-log-'))) }));
  afterAll(() => rm(dataDir, { recursive: true }));
});

const cluster = process.env['EVENTSTORE_URL'];
if (cluster !== undefined && cluster !== '') {
  describe('the official client against EVENTSTORE_URL', () => {
    describeEventStore(async () => clientOf(cluster));
  });
}
