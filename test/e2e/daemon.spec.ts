import { busy } from '../support/busy.js';
import { viewsOfTheRun } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import type { HttpAnswer } from '../support/http.js';
import { scratchDirectory, scriptedMain, startServer, type ServerProcess } from '../support/server-process.js';

const settings = { HOLDFAST_DRAIN_MS: '3000' };

describe('a server whose daemon runs containers', () => {
  const scratch = scratchDirectory();
  let server: ServerProcess;

  beforeAll(async () => {
    server = await startServer(scratch.path, { ...(await viewsOfTheRun()), ...settings }, undefined, scriptedMain);
  }, 90_000);
  afterAll(async () => {
    await server.stop();
    scratch.remove();
  }, 60_000);

  const start = (id: string, ship: string | null, params: object, more: object = {}): Promise<HttpAnswer> =>
    server.post('containers', {
      player: 1,
      id,
      ...(ship !== null && { ships: [ship] }),
      runner: 'daemon',
      config: { command_type: 'scripted', params },
      ...more,
    });
  const container = async (id: string) => (await server.get(`containers/${id}`)).body.container;
  const reaches = (id: string, status: string, withinMs = 10_000) =>
    eventually(async () => expect(await container(id)).toMatchObject({ status }), withinMs);
  const types = async (id: string): Promise<string[]> =>
    (await server.get(`containers/${id}/history?limit=200`)).body.events
      .map(({ type }: { type: string }) => type)
      .reverse();

  it('[A020, A022, A028, A267a] runs one from start to end and frees its ship', async () => {
    const askedAt = performance.now();
    const { status, body } = await start('short', 'SHIP-1', { workMs: 50 });
    expect(status).toBe(201);
    expect(performance.now() - askedAt).toBeLessThan(1_000 * busy());
    expect(body.container).toMatchObject({ runner: 'daemon', daemon: expect.any(String) });
    await reaches('short', 'COMPLETED');
    expect(await container('short')).toMatchObject({ exitCode: 0, stoppedAtMs: expect.any(Number) });
    await eventually(async () => {
      const { body: ship } = await server.get('players/1/ships/SHIP-1');
      expect(ship.ship).toMatchObject({ status: 'idle', releaseReason: 'completed' });
    });
  });

  it('[A288, A252] fails one for good that can never go on, without a restart', async () => {
    await start('hopeless', 'SHIP-2', { failAttempts: 9, permanent: true });
    await reaches('hopeless', 'FAILED');
    expect((await types('hopeless')).filter((type) => type === 'ContainerFailed')).toHaveLength(1);
    expect(await container('hopeless')).toMatchObject({ restartCount: 0, exitCode: 1 });
  });

  it('[A104, A251, A260] restarts after a throw, keeps the ship meanwhile, and no sibling notices', async () => {
    await start('sibling', 'SHIP-3', { workMs: 600_000 });
    await start('thrower', 'SHIP-4', { failAttempts: 1, throws: 'a bug', workMs: 50 });
    await start('rejecter', 'SHIP-5', { failAttempts: 1, rejects: 'another bug', workMs: 50 });
    await reaches('thrower', 'COMPLETED');
    await reaches('rejecter', 'COMPLETED');
    expect(await container('thrower')).toMatchObject({ attempt: 2, lastError: 'a bug' });
    expect(await types('thrower')).not.toContain('ContainerFailed');
    expect(await container('sibling')).toMatchObject({ status: 'RUNNING', attempt: 1 });
    const { body } = await server.get('players/1/ships/SHIP-4/history');
    expect(body.events.map(({ type }: { type: string }) => type).reverse()).toEqual([
      'LeaseGranted',
      'LeaseHandedOver',
      'LeaseReleased',
    ]);
  });

  it('[A252, A254] gives up after three restarts', async () => {
    await start('weak', 'SHIP-6', { failAttempts: 9 });
    await reaches('weak', 'FAILED');
    const seen = await types('weak');
    expect(seen.filter((type) => type === 'ContainerStarted')).toHaveLength(4);
    expect(seen.filter((type) => type === 'ContainerFailed')).toHaveLength(1);
  });

  it('[A050, A054] stops within 2 s what waits for long', async () => {
    await start('long', 'SHIP-7', { workMs: 369_000 });
    const askedAt = performance.now();
    expect((await server.post('containers/long/stop', { reason: 'lunch' })).status).toBe(200);
    await reaches('long', 'STOPPED', 2_000 * busy());
    expect(performance.now() - askedAt).toBeLessThan(2_000 * busy());
    await eventually(async () => {
      expect((await server.get('players/1/ships/SHIP-7')).body.ship).toMatchObject({ releaseReason: 'stopped' });
    });
  });

  it('[A038, A255] stops during the wait before a restart, and there is no further run', async () => {
    await start('waiting', 'SHIP-8', { failAttempts: 9 }, { restartPolicy: 'always' });
    await eventually(async () => expect((await container('waiting')).backOff).not.toBeNull());
    await server.post('containers/waiting/stop', {});
    await reaches('waiting', 'STOPPED', 2_000);
    const { attempt } = await container('waiting');
    await start('marker', null, { workMs: 1_500 });
    await reaches('marker', 'COMPLETED');
    expect(await container('waiting')).toMatchObject({ status: 'STOPPED', attempt });
  });

  it('[A297] stops children before their parent', async () => {
    await start('parent', null, { workMs: 600_000 });
    await start('child-1', 'SHIP-9', { workMs: 600_000, stopMs: 200 }, { parent: 'parent' });
    await start('child-2', 'SHIP-10', { workMs: 600_000 }, { parent: 'parent' });
    await server.post('containers/parent/stop', {});
    await reaches('parent', 'STOPPED');
    const [parent, ...children] = await Promise.all(['parent', 'child-1', 'child-2'].map(container));
    for (const child of children) {
      expect(child).toMatchObject({ status: 'STOPPED', exitReason: 'parent stopped' });
      expect(child.stoppedAtMs).toBeLessThanOrEqual(parent.stoppedAtMs);
    }
  });

  it('[A040, A047, A267b] takes over exactly once what ran when it was killed, under new tokens, and keeps every ship', async () => {
    for (const [id, ship] of [
      ['kept-1', 'SHIP-11'],
      ['kept-2', 'SHIP-12'],
    ] as const) {
      await start(id, ship, { workMs: 600_000 });
    }
    await reaches('kept-2', 'RUNNING');
    const before = await container('kept-1');
    await server.kill();
    server = await server.again();
    await eventually(async () => expect(await container('kept-1')).toMatchObject({ status: 'RUNNING', attempt: 2 }));
    await reaches('kept-2', 'RUNNING');
    const after = await container('kept-1');
    expect(after.token).toBeGreaterThan(before.token);
    expect(after.daemon).not.toBe(before.daemon);
    expect((await types('kept-1')).filter((type) => type === 'ContainerStarted')).toHaveLength(2);
    const { body } = await server.get('players/1/ships/SHIP-11/history');
    expect(body.events.map(({ type }: { type: string }) => type).reverse()).toEqual([
      'LeaseGranted',
      'LeaseHandedOver',
    ]);
    expect(await container('sibling')).toMatchObject({ status: 'RUNNING', attempt: 2 });
  }, 60_000);

  it('[A258, A268d, A269, A270] leaves them interrupted, with their ships, when it is stopped, and goes on after', async () => {
    await start('unyielding', 'SHIP-13', { workMs: 600_000, stopMs: -1 });
    const code = await server.stop();
    expect(code).toBe(124);
    server = await server.again();
    await eventually(async () => expect(await container('kept-1')).toMatchObject({ status: 'RUNNING', attempt: 3 }));
    expect(await types('kept-1')).toEqual([
      'ContainerCreated',
      ...Array<string[]>(2).fill(['ContainerStarting', 'ContainerStarted']).flat(),
      'ContainerInterrupted',
      'ContainerStarting',
      'ContainerStarted',
    ]);
    const { body } = await server.get('events?streams=daemon-&limit=200');
    const own = body.events as { type: string; data: { manifest?: object; receipt?: { adopted: number } } }[];
    expect(own.findLast(({ type }) => type === 'InstanceStopped')?.data.manifest).toMatchObject({
      interrupted: expect.arrayContaining(['kept-1', 'kept-2', 'sibling', 'unyielding']),
      cut: ['unyielding'],
    });
    expect(own.findLast(({ type }) => type === 'InstanceRecovered')?.data.receipt).toMatchObject({
      adopted: 4,
      lost: [],
    });
    await eventually(async () => {
      const [latest, before] = (await server.get('instances?limit=2')).body.instances;
      expect(latest).toMatchObject({ recovery: { receipt: { adopted: 4, lost: [] } }, stop: null });
      expect(before).toMatchObject({ stop: { reason: 'SIGTERM', manifest: { cut: ['unyielding'] } } });
    });
  }, 60_000);
});
