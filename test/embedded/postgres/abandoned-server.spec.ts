import { execFile } from 'node:child_process';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isAlive } from '../../../src/embedded/postgres/process-identity.js';
import type { PostgresExit } from '../../../src/embedded/postgres/start-postgres.js';
import { eventually } from '../../support/eventually.js';
import { killApp, makeApp, running, startApp, stopApp, type Report } from './app.js';
import { query, scratch } from './scratch.js';

const run = promisify(execFile);
const { folder, usedDirectory, start } = scratch();

async function killedApp(): Promise<{ dataDir: string; left: Report }> {
  const home = await folder();
  await makeApp(home);
  const dataDir = await usedDirectory();
  const app = startApp(home, { dataDir, shelters: [] });
  const left = await running(app);
  await killApp(app);
  return { dataDir, left };
}

describe('a server whose app was killed', () => {
  it('goes on, and is taken over by the next start', async () => {
    const { dataDir, left } = await killedApp();
    expect(await query(left.url, 'SELECT fuel FROM ships')).toEqual([{ fuel: 7 }]);
    const said: string[] = [];

    const server = await start({ dataDir, log: (sentence) => said.push(sentence) });

    expect({ pid: server.pid, url: server.url, port: server.port }).toEqual({
      pid: left.pid,
      url: left.url,
      port: left.port,
    });
    expect(said).toEqual([`Took over the PostgreSQL server (process ${left.pid}) that an earlier run left behind.`]);
    expect(await query(server.url, 'SELECT fuel FROM ships')).toEqual([{ fuel: 7 }]);
  });

  it('once taken over is stopped like any other', async () => {
    const { dataDir } = await killedApp();
    const server = await start({ dataDir });
    const exited = new Promise<PostgresExit>((resolve) => server.onExit(resolve));

    await server.stop();

    expect(await isAlive(server.pid)).toBe(false);
    expect(await exited).toEqual({ code: null, signal: null, expected: true });
    await expect(stat(join(dataDir, 'cluster', 'postmaster.pid'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('once taken over tells of its crash', async () => {
    const { dataDir } = await killedApp();
    const server = await start({ dataDir });
    const exited = new Promise<PostgresExit>((resolve) => server.onExit(resolve));

    process.kill(server.pid, 'SIGKILL');

    expect(await exited).toEqual({ code: null, signal: null, expected: false });
  });

  it('is stopped and started anew when another port is asked for', async () => {
    const { dataDir, left } = await killedApp();
    const port = left.port === 65_535 ? 65_534 : left.port + 1;

    const server = await start({ dataDir, port });

    expect(server.port).toBe(port);
    expect(await isAlive(left.pid)).toBe(false);
    expect(await query(server.url, 'SELECT fuel FROM ships')).toEqual([{ fuel: 7 }]);
  });

  it('is ended by force and started anew when it does not answer', async () => {
    const { dataDir, left } = await killedApp();
    process.kill(left.pid, 'SIGSTOP');

    const server = await start({ dataDir, stopTimeoutMs: 100 });

    expect(server.pid).not.toBe(left.pid);
    expect(await isAlive(left.pid)).toBe(false);
    expect(await query(server.url, 'SELECT fuel FROM ships')).toEqual([{ fuel: 7 }]);
  });

  it('is left alone by a start on a copy of its directory', async () => {
    const { dataDir, left } = await killedApp();
    const copy = join(await folder(), 'postgres');
    await query(left.url, 'CHECKPOINT');
    await run('cp', ['-a', dataDir, copy]);

    const twin = await start({ dataDir: copy });

    expect(twin.pid).not.toBe(left.pid);
    expect(await query(twin.url, 'SELECT fuel FROM ships')).toEqual([{ fuel: 7 }]);
    expect(await query(left.url, 'SELECT fuel FROM ships')).toEqual([{ fuel: 7 }]);
    await (await start({ dataDir })).stop();
  });
});

describe('an app that is killed while initdb runs', () => {
  it('leaves nothing that the next start takes for a cluster', async () => {
    const home = await folder();
    await makeApp(home);
    const dataDir = join(home, 'data', 'postgres');
    const app = startApp(home, { dataDir, shelters: [] });
    const unfinished = await eventually(async () => {
      const name = (await readdir(dataDir)).find((entry) => /^cluster\.unfinished-[^.]*$/.test(entry)) ?? '';
      await readFile(join(dataDir, name, 'PG_VERSION'));
      return name;
    });
    await killApp(app);
    expect(await readdir(dataDir)).not.toContain('cluster');

    const server = await start({ dataDir });

    expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await server.stop();
    await eventually(async () => {
      await (await start({ dataDir })).stop();
      expect(await readdir(dataDir)).not.toContain(unfinished);
    });
  });
});

describe('an app that is told to stop', () => {
  it('leaves no server', async () => {
    const home = await folder();
    await makeApp(home);
    const app = startApp(home, { dataDir: await usedDirectory(), shelters: [] });
    const { pid } = await running(app);

    await stopApp(app);

    expect(await isAlive(pid)).toBe(false);
  });
});
