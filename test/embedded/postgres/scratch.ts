import { execFile } from 'node:child_process';
import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { jest } from '@jest/globals';
import pg from 'pg';
import {
  startPostgres,
  type PostgresOptions,
  type RunningPostgres,
} from '../../../src/embedded/postgres/start-postgres.js';

const run = promisify(execFile);

export const isRoot = process.getuid?.() === 0;

/** For tests of what only root can do (running under another account, mounting). */
export const itAsRoot = isRoot ? it : it.skip;

/** Folders and servers of one test file, all gone after each test. */
export function scratch(): {
  folder(): Promise<string>;
  /** A data directory with a stopped server's cluster and a table `ships` with one `fuel` of 7. */
  usedDirectory(): Promise<string>;
  start(options: PostgresOptions): Promise<RunningPostgres>;
  /** After the test, when its servers have stopped and before its folders go. */
  afterwards(undo: () => void): void;
} {
  // Each test runs several processes, some of them initdb; on a busy machine that takes its time.
  jest.setTimeout(120_000);
  const folders: string[] = [];
  const servers: RunningPostgres[] = [];
  const undone: (() => void)[] = [];
  let original: Promise<string> | undefined;
  const makeFolder = async (): Promise<string> => {
    const made = await realpath(await mkdtemp(join(tmpdir(), 'holdfast-embedded-postgres-')));
    await chmod(made, 0o755);
    return made;
  };
  const folder = async (): Promise<string> => {
    const made = await makeFolder();
    folders.push(made);
    return made;
  };
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.stop()));
    for (const undo of undone.splice(0)) undo();
    for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  afterAll(async () => {
    if (original) await rm(dirname(await original), { recursive: true, force: true });
  });
  return {
    folder,
    async usedDirectory() {
      original ??= makeFolder().then(makeUsed);
      const copy = join(await folder(), 'postgres');
      await run('cp', ['-a', await original, copy]);
      return copy;
    },
    async start(options) {
      const server = await startPostgres({ shelters: [], ...options });
      servers.push(server);
      return server;
    },
    afterwards: (undo) => void undone.push(undo),
  };
}

async function makeUsed(folder: string): Promise<string> {
  const dataDir = join(folder, 'postgres');
  const server = await startPostgres({ dataDir, shelters: [] });
  await query(server.url, 'CREATE TABLE ships AS SELECT 7 AS fuel');
  await server.stop();
  return dataDir;
}

export async function query<Row extends pg.QueryResultRow>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  // A server that ends under a connection tells the client twice; the statement's own failure is the one that counts.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}
