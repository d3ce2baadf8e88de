import { EventStoreDBClient } from '@eventstore/db-client';

/** What the client keeps to itself and its subclasses, in the version that package.json pins. */
interface Internals {
  supports: () => Promise<boolean>;
  handleError: (failed: unknown, error: Error) => Promise<void>;
  getChannel: () => Promise<{ close(): void }>;
}

export interface UnaryClient {
  readonly client: EventStoreDBClient;
  close(): Promise<void>;
}

let connections = 0;

/**
 * The official client, without the paths that can hang or end the process:
 * - Appends go one by one. On the batch path a late or repeated reply is an uncaught TypeError, deadlines are not kept,
 *   and one lost connection fails the appends of every client in the process. The path is chosen by asking the server
 *   what it supports, over a call without a deadline; here the answer is always no.
 * - Its error handler may reject with nobody listening, when a cluster cannot be found again.
 */
export function connectUnary(connectionString: string): UnaryClient {
  const client = EventStoreDBClient.connectionString(onItsOwnConnection(connectionString));
  const internals = client as unknown as Internals;
  const { handleError, getChannel } = internals;
  let channel: Promise<{ close(): void }> | undefined;
  internals.supports = async () => false;
  internals.handleError = (failed, error) => handleError(failed, error).catch(() => undefined);
  internals.getChannel = () => (channel = getChannel());
  return {
    client,
    async close() {
      await client.dispose();
      await channel?.then(
        (open) => open.close(),
        () => undefined,
      );
    },
  };
}

/** gRPC shares one TCP connection among all clients with equal options, a broken one too. So no two are equal. */
function onItsOwnConnection(connectionString: string): string {
  const asked = /keep[-_]?alive[-_]?interval=(\d+)/i.exec(connectionString)?.[1];
  const intervalMs = Math.max(Number(asked ?? 0), 10_000) + (connections++ % 1000);
  return `${connectionString}${connectionString.includes('?') ? '&' : '?'}keepAliveInterval=${intervalMs}`;
}
