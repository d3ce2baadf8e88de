import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startPostgres, type PostgresOptions } from '../../../src/embedded/postgres/start-postgres.js';
import type { RunningPostgres } from '../../../src/embedded/postgres/running-postgres.js';

export const isRoot = process.getuid?.() === 0;

/** For tests of what only root can do (running under another account, mounting). */
export const itAsRoot = isRoot ? it : it.skip;

/** Folders and servers of one test file, all gone after each test. */
export function scratch(): {
  folder(): Promise<string>;
  start(options: PostgresOptions): Promise<RunningPostgres>;
} {
  const folders: string[] = [];
  const servers: RunningPostgres[] = [];
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.stop()));
    for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  return {
    async folder() {
      const folder = await realpath(await mkdtemp(join(tmpdir(), 'holdfast-embedded-postgres-')));
      await chmod(folder, 0o755);
      folders.push(folder);
      return folder;
    },
    async start(options) {
      const server = await startPostgres({ shelters: [], ...options });
      servers.push(server);
      return server;
    },
  };
}

export async function query<Row extends pg.QueryResultRow>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  // A server that ends under a session tells the client twice; the statement's own failure is the one that counts.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}
