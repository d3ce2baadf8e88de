import { startEventStoreProcess } from '../embedded/eventstore/event-store-process.js';
import { keepPostgres } from '../embedded/postgres/keep-postgres.js';
import { metricsAt } from '../infrastructure/metrics/metrics-at.js';
import type { MetricsBeside } from '../infrastructure/metrics/scrape.js';
import type { Opening } from './opening.js';

export interface EventStoreServer {
  readonly url: string;
  /** Of the embedded one; another has its own. */
  readonly metrics: MetricsBeside | undefined;
}

/**
 * Where the log and the views are, both opened at once.
 * @throws the event store's error before PostgreSQL's; what was opened is known to `opening`
 */
export async function openServers(opening: Opening): Promise<readonly [EventStoreServer, string]> {
  const both = [openEventStore(opening), openPostgres(opening)] as const;
  await Promise.allSettled(both);
  return Promise.all(both);
}

/** The one that was named, or the embedded one, in a process of its own. */
async function openEventStore(opening: Opening): Promise<EventStoreServer> {
  const { config, onGone } = opening;
  const named = config.eventStoreUrl?.reveal();
  if (named !== undefined) return { url: named, metrics: undefined };
  const dataDir = await opening.directory('eventstore');
  const log = opening.relay('event store', 'event_store_said');
  const running = await startEventStoreProcess({ dataDir, port: config.eventStorePort, log, onGone });
  opening.opened('event store', () => running.stop());
  return { url: running.connectionString, metrics: metricsAt(`http://127.0.0.1:${running.port}/metrics`) };
}

/** The one that was named, or the embedded one. */
async function openPostgres(opening: Opening): Promise<string> {
  const { config } = opening;
  const named = config.databaseUrl?.reveal();
  if (named !== undefined) return named;
  const dataDir = await opening.directory('postgres');
  const port = config.postgresPort === 0 ? {} : { port: config.postgresPort };
  const running = await keepPostgres({ dataDir, ...port, log: opening.relay('postgres', 'postgres_said') });
  opening.opened('PostgreSQL', () => running.stop());
  return running.url;
}
