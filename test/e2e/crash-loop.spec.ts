import { eventually } from '../support/eventually.js';
import { launchServer, scratchDirectory, scriptedMain, type LaunchedServer } from '../support/server-process.js';

const quick = {
  HOLDFAST_CRASH_SUSPECT_AFTER: '2',
  HOLDFAST_CRASH_PARK_AFTER: '2',
  HOLDFAST_PROBATION_MS: '300',
};
const enough = 25;

describe.each(['exit', 'abort', 'throw'])('a container that ends the whole process by %s whenever it runs', (exits) => {
  const scratch = scratchDirectory();
  let server: LaunchedServer;
  let starts = 0;
  let hasEnded = false;

  const launch = async (port?: number) => {
    starts += 1;
    hasEnded = false;
    server = await launchServer(scratch.path, quick, port, scriptedMain);
    void server.ended.then(() => (hasEnded = true));
    await Promise.race([
      eventually(async () => expect((await server.get('/readyz')).status).toBe(200), 60_000),
      server.ended,
    ]);
  };
  beforeAll(() => launch(), 90_000);
  afterAll(async () => {
    await server.stop();
    scratch.remove();
  }, 60_000);

  const start = (id: string, ship: string, params: object) =>
    server.post('containers', {
      ...{ player: 1, id, ships: [ship], runner: 'daemon' },
      config: { command_type: 'scripted', params },
    });
  const container = async (id: string) => (await server.get(`containers/${id}`)).body.container;

  it('is failed after it was alone to blame, and its siblings fly on under a daemon that stays', async () => {
    expect((await start('sibling-1', 'SHIP-1', { workMs: 600_000 })).status).toBe(201);
    expect((await start('sibling-2', 'SHIP-2', { workMs: 600_000 })).status).toBe(201);
    await start('culprit', 'SHIP-3', { exits, workMs: 600_000 }).catch(() => undefined);
    await eventually(() => expect(hasEnded).toBe(true), 10_000);

    const isSettled = async () => {
      expect(await container('culprit')).toMatchObject({ status: 'FAILED' });
      for (const id of ['sibling-1', 'sibling-2']) expect(await container(id)).toMatchObject({ status: 'RUNNING' });
    };
    for (let isUp = false; !isUp && starts < enough;) {
      await launch(server.port);
      isUp = await Promise.race([eventually(isSettled, 15_000).then(() => true), server.ended.then(() => false)]);
    }
    await isSettled();
    expect(await container('culprit')).toMatchObject({ exitReason: 'crash_loop', exitCode: 1 });
    const { body } = await server.get('players/1/ships/SHIP-3');
    expect(body.ship).toMatchObject({ status: 'idle', releaseReason: 'failed' });
    expect(server.logged().match(/CONTAINER LOST at recovery: culprit .* crash_loop/g)).toHaveLength(1);
    const [now] = (await server.get('instances?limit=1')).body.instances;
    expect(now.recovery.receipt).toMatchObject({
      adopted: 2,
      lost: [{ containerId: 'culprit', reason: expect.stringContaining('crash_loop') }],
    });

    // It stays: nobody is suspected any more, and the next start takes the siblings over as usual.
    await eventually(async () => {
      const { body: history } = await server.get('containers/sibling-1/history?limit=200');
      expect(history.events[0].type).toMatch(/ContainerProbationPassed|ContainerStarted/);
    });
    await server.stop();
    await launch(server.port);
    await eventually(async () => expect(await container('sibling-1')).toMatchObject({ status: 'RUNNING' }));
    expect(await container('culprit')).toMatchObject({ status: 'FAILED' });
  }, 180_000);

  it('can be started again by whoever has mended it', async () => {
    const { status } = await server.post('containers/culprit/restart', {});
    expect(status).toBe(200);
    await eventually(() => expect(hasEnded).toBe(true), 10_000);
    await launch(server.port);
    const { body } = await server.get('containers/culprit/history?limit=10');
    expect(body.events.map(({ type }: { type: string }) => type)).toContain('ContainerReset');
  }, 60_000);
});
