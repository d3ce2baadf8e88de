import { join } from 'node:path';
import pg from 'pg';
import { connectEventStore } from '../../src/infrastructure/eventstore/connect.js';
import { startOwn } from '../fleet/stage.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { scratchDirectory, scriptedMain, startServer, type ServerProcess } from '../support/server-process.js';

const drainMs = 3_000;

interface Left {
  readonly type: string;
  readonly data: {
    readonly containerId?: string;
    readonly reason?: string;
    readonly holder?: { readonly id: string };
    readonly manifest?: Readonly<Record<string, readonly string[]>>;
  };
}

describe('a server that is told to end', () => {
  const scratch = scratchDirectory();
  let server: ServerProcess | undefined;
  let database: TestDatabase | undefined;
  let runs = 0;

  afterEach(async () => {
    await server?.stop();
    await database?.drop();
    server = undefined;
    database = undefined;
  }, 60_000);
  afterAll(() => scratch.remove());

  /** Each on a log of its own; the views are folded anew from it. */
  async function started(): Promise<ServerProcess> {
    database = await createTestDatabase();
    const settings = { HOLDFAST_DRAIN_MS: String(drainMs), DATABASE_URL: database.url };
    server = await startServer(`${scratch.path}/run-${++runs}`, settings, undefined, scriptedMain);
    return server;
  }
  const start = async (on: ServerProcess, id: string, params: object) => {
    const body = { player: 1, id, ships: [id.toUpperCase()], runner: 'daemon' };
    const { status } = await on.post('containers', { ...body, config: { command_type: 'scripted', params } });
    expect(status).toBe(201);
  };
  /** One that is at work by now. */
  const running = async (on: ServerProcess, id: string, params: object) => {
    await start(on, id, params);
    await eventually(async () => expect((await on.get(`containers/${id}`)).body.health.cursor).toEqual({ attempt: 1 }));
  };
  const stored = async (on: ServerProcess, id: string) => (await on.get(`containers/${id}`)).body.container;
  /** What was left behind in the log, as the next start finds it. */
  async function left({ dataDir }: ServerProcess) {
    const log = await startOwn('eventstore', ['--data', join(dataDir, 'eventstore'), '--port', '0']);
    const store = connectEventStore(log.listening.connectionString ?? '');
    const events: Left[] = [];
    try {
      for await (const { type, data } of store.readAll({ streamPrefixes: [''] })) events.push({ type, data });
    } finally {
      await store.close();
      await log.stop();
    }
    const about = (id: string) => events.filter(({ data }) => data.containerId === id);
    return {
      manifest: events.findLast(({ type }) => type === 'InstanceStopped')?.data.manifest ?? {},
      types: (id: string) => about(id).flatMap(({ type }) => (type.startsWith('Container') ? [type] : [])),
      released: events.flatMap(({ type, data }) => (type === 'LeaseReleased' ? [[data.holder?.id, data.reason]] : [])),
    };
  }

  it('[A268a, A268b] takes no new work, answers meanwhile, waits for what needs a moment more, and ends cleanly', async () => {
    const on = await started();
    await running(on, 'one', { workMs: 2_000, finishes: true });
    await running(on, 'two', { workMs: 600_000, stopMs: 1_500 });
    const ended = on.stop();
    await eventually(async () => {
      const refused = await on.post('containers', { player: 1, id: 'three' });
      expect(refused).toMatchObject({ status: 503, body: { code: 'draining' } });
    });
    expect(await stored(on, 'one')).toMatchObject({ status: 'RUNNING' });
    expect(await ended).toBe(0);
    const { manifest, types } = await left(on);
    expect(manifest).toMatchObject({ ended: ['one'], interrupted: ['two'], cut: [], unwritten: [] });
    expect(types('one').at(-1)).toBe('ContainerCompleted');
    expect(types('two').at(-1)).toBe('ContainerInterrupted');
  }, 90_000);

  it('[A268c, A268d] cuts what takes too long when the time for that is over, and warns of it by name', async () => {
    const on = await started();
    for (const id of ['one', 'two', 'three', 'four', 'five']) await running(on, id, { workMs: 600_000, stopMs: -1 });
    const askedAt = performance.now();
    expect(await on.stop()).toBe(124);
    expect(performance.now() - askedAt).toBeGreaterThanOrEqual(drainMs);
    expect(on.output()).toContain('Containers did not stop in time: five, four, one, three, two');
    const { manifest, types } = await left(on);
    expect(manifest).toMatchObject({ interrupted: ['five', 'four', 'one', 'three', 'two'] });
    for (const id of ['one', 'five']) expect(types(id).at(-1)).toBe('ContainerInterrupted');
  }, 90_000);

  it('[A268d] interrupts what has only just begun as well', async () => {
    const on = await started();
    const ids = Array.from({ length: 10 }, (_each, i) => `new-${i}`);
    await Promise.all(ids.map((id) => start(on, id, { workMs: 600_000 })));
    expect(await on.stop()).toBe(0);
    const { manifest, types } = await left(on);
    expect(manifest).toMatchObject({ interrupted: ids, unwritten: [] });
    for (const id of ids) expect(types(id).at(-1)).toBe('ContainerInterrupted');
  }, 90_000);

  it('[A268i] goes on ending in order when it is told a second time a second later', async () => {
    const on = await started();
    await running(on, 'one', { workMs: 600_000, stopMs: 2_000 });
    const ended = on.stop();
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    process.kill(on.pid, 'SIGTERM');
    expect(await ended).toBe(0);
    expect((await left(on)).manifest).toMatchObject({ interrupted: ['one'], cut: [] });
  }, 90_000);

  it('[A268j] lets containers fail that are about to, and ends', async () => {
    const on = await started();
    for (const id of ['one', 'two']) await running(on, id, { workMs: 600_000, failsAsStopped: true });
    expect(await on.stop()).toBe(0);
    const { manifest, types, released } = await left(on);
    expect(manifest).toMatchObject({ ended: ['one', 'two'], interrupted: [] });
    for (const id of ['one', 'two']) {
      expect(types(id).at(-1)).toBe('ContainerFailed');
      expect(released).toContainEqual([id, 'failed']);
    }
  }, 90_000);

  it('[A268e, A268g] leaves no connection to the database and nothing at work after a hundred containers', async () => {
    const on = await started();
    await Promise.all(Array.from({ length: 100 }, (_each, i) => start(on, `done-${i}`, {})));
    await eventually(async () => {
      const { body } = await on.get('containers?all=true&status=COMPLETED&limit=200');
      expect(body.containers).toHaveLength(100);
    }, 20_000);
    expect(await sessions()).toBeGreaterThan(0);
    const askedAt = performance.now();
    expect(await on.stop()).toBe(0);
    expect(performance.now() - askedAt).toBeLessThan(drainMs);
    await eventually(async () => expect(await sessions()).toBe(0));
  }, 90_000);

  /** Of whoever is connected to the views. */
  async function sessions(): Promise<number> {
    const url = new URL(database!.url);
    const name = url.pathname.slice(1);
    url.pathname = '/postgres';
    const client = new pg.Client({ connectionString: url.href });
    await client.connect();
    const { rows } = await client.query('SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = $1', [name]);
    await client.end();
    return (rows[0] as { n: number }).n;
  }
});
