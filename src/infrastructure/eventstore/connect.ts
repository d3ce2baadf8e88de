import type { EventStore } from '../../application/ports/event-store.js';
import type { OnSettled } from './esdb-appends.js';
import { EsdbEventStore, type EsdbTimes } from './esdb-event-store.js';
import { connectUnary } from './unary-client.js';

const defaultTimes: EsdbTimes = {
  deadlineMs: 5_000,
  watchMs: 5_000,
  backoff: { firstMs: 100, longestMs: 5_000 },
};

/**
 * The event store behind a connection string: esdb://, kurrentdb:// or kdb://, each also with +discover. Nothing is
 * contacted before the first call.
 * @param onSettled told what became of an append that was not answered
 * @throws Error for a string that does not parse, or that names a certificate file that is not there
 */
export function connectEventStore(
  connectionString: string,
  times: Partial<EsdbTimes> = {},
  onSettled: OnSettled = () => undefined,
): EventStore {
  const esdb = connectionString.trim().replace(/^(kurrentdb|kdb)(?=(\+discover)?:\/\/)/, 'esdb');
  const first = connectUnary(esdb);
  let unused: typeof first | undefined = first;
  return new EsdbEventStore(
    () => {
      const client = unused ?? connectUnary(esdb);
      unused = undefined;
      return client;
    },
    { ...defaultTimes, ...times },
    onSettled,
  );
}
