import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { isAlive } from '../../../src/embedded/postgres/process-identity.js';
import { startPostgres, type PostgresExit } from '../../../src/embedded/postgres/start-postgres.js';
import { eventually } from '../../support/eventually.js';
import { query, scratch } from './scratch.js';

const { folder, usedDirectory, start } = scratch();

const dataDirectory = async (): Promise<string> => join(await folder(), 'data', 'postgres');

describe('the embedded PostgreSQL', () => {
  it('makes a cluster in an empty directory and answers on the loopback address only', async () => {
    const server = await start({ dataDir: await dataDirectory() });

    const [row] = await query(
      server.url,
      `SELECT current_database() AS database, current_user AS "user", pg_encoding_to_char(encoding) AS encoding,
              datcollate AS collation, current_setting('listen_addresses') AS addresses,
              current_setting('unix_socket_directories') AS sockets, current_setting('fsync') AS fsync,
              current_setting('synchronous_commit') AS synchronous_commit
         FROM pg_database WHERE datname = current_database()`,
    );

    expect(row).toEqual({
      database: 'holdfast',
      user: 'holdfast',
      encoding: 'UTF8',
      collation: 'C',
      addresses: '127.0.0.1',
      sockets: '',
      fsync: 'on',
      synchronous_commit: 'off',
    });
    expect(new URL(server.url).port).toBe(String(server.port));
  });

  it('lets in nobody without the password it keeps in a file of mode 0600', async () => {
    const dataDir = await usedDirectory();
    const server = await start({ dataDir });
    const withoutPassword = new URL(server.url);
    withoutPassword.password = 'guess';

    await expect(query(withoutPassword.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });

    for (const name of ['postgres.json', 'postgres.log', 'owner.json']) {
      expect((await stat(join(dataDir, name))).mode & 0o777).toBe(0o600);
    }
    expect(await readFile(join(dataDir, 'postgres.json'), 'utf8')).toContain(new URL(server.url).password);
  });

  it('ends with its connections when it is stopped, and being stopped again changes nothing', async () => {
    const server = await start({ dataDir: await usedDirectory() });
    const connection = new pg.Client({ connectionString: server.url });
    connection.on('error', () => undefined);
    await connection.connect();
    const exits: PostgresExit[] = [];
    server.onExit((exit) => exits.push(exit));

    await Promise.all([server.stop(), server.stop()]);
    await server.stop();

    expect(await isAlive(server.pid)).toBe(false);
    await expect(query(server.url, 'SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(exits).toEqual([{ code: 0, signal: null, expected: true }]);
    await connection.end().catch(() => undefined);
  });

  it('keeps rows, port and password over a restart', async () => {
    const dataDir = await dataDirectory();
    const first = await start({ dataDir });
    await query(first.url, 'CREATE TABLE ships AS SELECT 7 AS fuel');
    await first.stop();

    const second = await start({ dataDir });

    expect(second.url).toBe(first.url);
    expect(await query(second.url, 'SELECT fuel FROM ships')).toEqual([{ fuel: 7 }]);
  });

  it('tells of a crash, and starts again while children of the killed server still hold its memory', async () => {
    const dataDir = await usedDirectory();
    const first = await start({ dataDir });
    const crashed = new Promise<PostgresExit>((resolve) => first.onExit(resolve));
    // A child that computes does not look whether its postmaster is still there.
    const busy = query(first.url, 'SELECT sum(sqrt(n)) FROM generate_series(1, 6000000) n').catch(() => undefined);
    await eventually(async () => {
      const [row] = await query(first.url, `SELECT 1 FROM pg_stat_activity WHERE query ~ '^SELECT sum'`);
      expect(row).toBeDefined();
    });

    process.kill(first.pid, 'SIGKILL');
    expect(await crashed).toEqual({ code: null, signal: 'SIGKILL', expected: false });
    const second = await start({ dataDir });

    expect(await query(second.url, 'SELECT fuel FROM ships')).toEqual([{ fuel: 7 }]);
    expect(await readFile(join(dataDir, 'postgres.log'), 'utf8')).toContain('pre-existing shared memory block');
    await busy;
  });

  it('refuses a second start on its directory, and names who uses it', async () => {
    const dataDir = await usedDirectory();
    const server = await start({ dataDir });

    await expect(start({ dataDir })).rejects.toMatchObject({
      code: 'directory-in-use',
      message: `${dataDir} is in use by process ${process.pid}: stop it, or give this one another data directory.`,
    });

    expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('lets exactly one of several starts at the same moment have the directory', async () => {
    const dataDir = await dataDirectory();

    const outcomes = await Promise.allSettled([1, 2, 3, 4].map(() => start({ dataDir })));

    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'directory-in-use' });
    }
  });

  it('does not take a later process with the same id for the owner of its directory', async () => {
    const dataDir = await usedDirectory();
    const earlier = { pid: process.pid, mark: 'another start', id: 'a killed run' };
    await writeFile(join(dataDir, 'owner.json'), JSON.stringify(earlier));

    const server = await start({ dataDir });

    expect(await isAlive(server.pid)).toBe(true);
  });

  it.each([0, -1, 65_536, 5432.5, NaN])('refuses %p as a port before it touches anything', async (port) => {
    const dataDir = await dataDirectory();

    await expect(startPostgres({ dataDir, port })).rejects.toMatchObject({ code: 'bad-port' });

    await expect(stat(dataDir)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('says that the port it was given is taken, and takes another when it may choose', async () => {
    const dataDir = await usedDirectory();
    const first = await start({ dataDir });
    await first.stop();
    const squatter = createServer((socket) => socket.on('error', () => undefined).resume()).listen(
      first.port,
      '127.0.0.1',
    );
    try {
      await expect(start({ dataDir, port: first.port })).rejects.toMatchObject({
        code: 'port-in-use',
        message: `Port ${first.port} on 127.0.0.1 is taken by another process: stop that one, or choose another port.`,
      });

      const second = await start({ dataDir });

      expect(second.port).not.toBe(first.port);
      expect(await query(second.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    } finally {
      await new Promise((resolve) => squatter.close(resolve));
    }
  });
});

describe('a cluster that cannot be used', () => {
  const restart = async (dataDir: string): Promise<{ said: string[]; tables: unknown[] }> => {
    const said: string[] = [];
    const server = await start({ dataDir, log: (sentence) => said.push(sentence) });
    return { said, tables: await query(server.url, `SELECT tablename FROM pg_tables WHERE schemaname = 'public'`) };
  };
  it('of another major version is set aside, with one sentence, and begun anew', async () => {
    const dataDir = await usedDirectory();
    await writeFile(join(dataDir, 'cluster', 'PG_VERSION'), '17\n');

    const aside = join(dataDir, 'cluster.aside-1');
    expect(await restart(dataDir)).toEqual({
      said: [`The PostgreSQL cluster is of version 17: it was moved to ${aside}, and the views start empty.`],
      tables: [],
    });
    expect(await readFile(join(aside, 'PG_VERSION'), 'utf8')).toBe('17\n');
  });

  it('because its password was lost is set aside and begun anew', async () => {
    const dataDir = await usedDirectory();
    await rm(join(dataDir, 'postgres.json'));

    const { said, tables } = await restart(dataDir);

    expect(said).toEqual([expect.stringMatching(/^The PostgreSQL cluster has lost its password: it was moved to /)]);
    expect(tables).toEqual([]);
  });

  it('because files are missing is set aside and begun anew', async () => {
    const dataDir = await usedDirectory();
    await rm(join(dataDir, 'cluster', 'global', 'pg_control'));

    const { said, tables } = await restart(dataDir);

    expect(said).toEqual([expect.stringMatching(/^The PostgreSQL cluster is damaged: it was moved to /)]);
    expect(tables).toEqual([]);
    expect((await readdir(dataDir)).filter((name) => name.startsWith('cluster')).sort()).toEqual([
      'cluster',
      'cluster.aside-1',
    ]);
  });
});
