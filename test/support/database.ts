import { randomUUID } from 'node:crypto';
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { EmbeddedPostgresError, startPostgres } from '../../src/embedded/postgres/start-postgres.js';
import { databasesOfRun, folderOfRun } from './database-run.mjs';

export interface TestDatabase {
  readonly url: string;
  /** Ends its connections first. */
  drop(): Promise<void>;
}

export interface Template {
  /** Prepared once for the whole run under this name. */
  readonly name: string;
  /** Fills the template; closes every connection it opens. */
  prepare(url: string): Promise<void>;
}

/**
 * A fresh database on the run's own server, which the first test that asks starts and the end of the run stops;
 * or on the server of `HOLDFAST_TEST_DATABASE_URL`, whose user may create databases.
 */
export async function createTestDatabase(template?: Template): Promise<TestDatabase> {
  const server = await serverUrl();
  const name = `${prefix()}${randomUUID().slice(0, 8)}`;
  const source = template ? await prepared(template, server) : 'template0';
  await asAdmin(server, (client) => createDatabase(client, name, source));
  return {
    url: withDatabase(server, name),
    drop: () =>
      asAdmin(server, async (client) => void (await client.query(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`))),
  };
}

/** What a server is told that need not bring up a PostgreSQL of its own; the database goes with the run. */
export async function viewsOfTheRun(): Promise<{ readonly DATABASE_URL: string }> {
  return { DATABASE_URL: (await createTestDatabase()).url };
}

/** Where the run's server listens; its superuser, for tests that restart or starve nothing. */
async function serverUrl(): Promise<string> {
  const elsewhere = process.env['HOLDFAST_TEST_DATABASE_URL'];
  if (elsewhere) return elsewhere;
  const folder = folderOfRun(run());
  await mkdir(folder, { recursive: true });
  await chmod(folder, 0o755);
  for (;;) {
    const url = await readFile(join(folder, 'url'), 'utf8').catch(() => undefined);
    if (url !== undefined) return url;
    try {
      const settings = { fsync: 'off', full_page_writes: 'off', max_connections: 100 };
      const server = await startPostgres({ dataDir: join(folder, 'postgres'), settings });
      await writeFile(join(folder, 'url.new'), server.url, { mode: 0o600 });
      await rename(join(folder, 'url.new'), join(folder, 'url'));
    } catch (error) {
      const anotherWorkerStartsIt = error instanceof EmbeddedPostgresError && error.code === 'directory-in-use';
      if (!anotherWorkerStartsIt) throw error;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
}

async function prepared({ name, prepare }: Template, server: string): Promise<string> {
  const template = `${prefix()}template_${name}`;
  await asAdmin(server, async (client) => {
    await client.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [template]);
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [template]);
    if (rowCount) return;
    const unfinished = `${template}_unfinished`;
    await client.query(`DROP DATABASE IF EXISTS "${unfinished}" WITH (FORCE)`);
    await createDatabase(client, unfinished, 'template0');
    await prepare(withDatabase(server, unfinished));
    await retryWhileInUse(() => client.query(`ALTER DATABASE "${unfinished}" RENAME TO "${template}"`));
  });
  return template;
}

async function createDatabase(client: pg.Client, name: string, source: string): Promise<void> {
  // Copying files is four times faster than logging them where nothing is synced, and slower everywhere else.
  const strategy = process.env['HOLDFAST_TEST_DATABASE_URL'] ? '' : 'STRATEGY file_copy';
  await retryWhileInUse(() => client.query(`CREATE DATABASE "${name}" TEMPLATE "${source}" ${strategy}`));
}

/** The last connection of a template ends a moment after its client has gone. */
async function retryWhileInUse(statement: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await statement();
      return;
    } catch (error) {
      if ((error as { code?: string }).code !== '55006' || attempt === 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

async function asAdmin<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function withDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}

function run(): number {
  const pid = Number(process.env['HOLDFAST_TEST_RUN']);
  if (!pid)
    throw new Error('HOLDFAST_TEST_RUN is not set: run jest with the configuration at the root of the project.');
  return pid;
}

const prefix = (): string => databasesOfRun(run());
