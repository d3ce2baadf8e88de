import { startPostgres, type PostgresOptions } from './start-postgres.js';
import type { RunningPostgres } from './running-postgres.js';

export interface KeptPostgres {
  /** Stays the same over every new start. With user and password: not for logs. */
  readonly url: string;
  readonly port: number;
  stop(): Promise<void>;
}

const longestWaitMs = 30_000;

/**
 * Starts the embedded server and starts it again whenever it dies, on the same port, for as long as it takes: whoever
 * uses it must do without it meanwhile.
 * @throws EmbeddedPostgresError when the first start fails
 */
export async function keepPostgres(options: PostgresOptions): Promise<KeptPostgres> {
  const log = options.log ?? (() => undefined);
  let server = await startPostgres(options);
  const { url, port } = server;
  const stopping = new AbortController();
  let startingAgain: Promise<void> = Promise.resolve();
  watch();

  function watch(): void {
    server.onExit(({ expected }) => {
      if (expected || stopping.signal.aborted) return;
      log('The embedded PostgreSQL ended by itself; it is started again.');
      startingAgain = startAgain();
    });
  }

  async function startAgain(): Promise<void> {
    for (let waitMs = 100; !stopping.signal.aborted; waitMs = Math.min(waitMs * 2, longestWaitMs)) {
      const again = await startPostgres({ ...options, port }).catch((error: unknown) => {
        log(`The embedded PostgreSQL could not be started: ${error instanceof Error ? error.message : String(error)}`);
        return undefined;
      });
      if (again) return serve(again);
      await pause(waitMs);
    }
  }

  async function serve(again: RunningPostgres): Promise<void> {
    server = again;
    if (stopping.signal.aborted) return server.stop();
    log('The embedded PostgreSQL runs again.');
    watch();
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      stopping.signal.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  return {
    url,
    port,
    async stop() {
      stopping.abort();
      await startingAgain;
      await server.stop();
    },
  };
}
