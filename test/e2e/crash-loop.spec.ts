import { viewsOfTheRun } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { launchServer, scratchDirectory, scriptedMain, type LaunchedServer } from '../support/server-process.js';

const quick = {
  HOLDFAST_CRASH_SUSPECT_AFTER: '2',
  HOLDFAST_CRASH_PARK_AFTER: '2',
  HOLDFAST_PROBATION_MS: '300',
};
const enough = 25;
const siblings = ['sibling-1', 'sibling-2'];

describe.each(['exit', 'throw'])('a container that ends the whole process by %s whenever it runs', (exits) => {
  const scratch = scratchDirectory();
  let server: LaunchedServer;
  let starts = 0;
  let hasEnded = false;

  let views: { readonly DATABASE_URL: string };

  /** Resolves when it is ready, or has ended. */
  const launch = async (port?: number) => {
    starts += 1;
    hasEnded = false;
    server = await launchServer(scratch.path, { ...quick, ...views }, port, scriptedMain);
    void server.ended.then(() => (hasEnded = true));
    await untilEndedOr(async () => expect((await server.get('/readyz')).status).toBe(200), 60_000);
  };
  const untilEndedOr = async (holds: () => Promise<void>, withinMs: number): Promise<boolean> => {
    await eventually(() => (hasEnded ? Promise.resolve() : holds()), withinMs);
    return !hasEnded;
  };
  beforeAll(async () => {
    views = await viewsOfTheRun();
    await launch();
  }, 90_000);
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
  const isSettled = async () => {
    expect(await container('culprit')).toMatchObject({ status: 'FAILED', exitReason: 'crash_loop', exitCode: 1 });
    for (const id of siblings) expect(await container(id)).toMatchObject({ status: 'RUNNING' });
  };
  /** As a keeper of processes does: whenever it ends it is started again. */
  const untilItStays = async () => {
    for (let isUp = false; !isUp;) {
      expect(starts).toBeLessThan(enough);
      if (hasEnded) await launch(server.port);
      isUp = await untilEndedOr(isSettled, 20_000);
    }
  };

  it('is failed after it was alone to blame, and its siblings fly on under a daemon that stays', async () => {
    for (const [index, id] of siblings.entries()) {
      expect((await start(id, `SHIP-${index + 1}`, { workMs: 600_000 })).status).toBe(201);
    }
    await start('culprit', 'SHIP-3', { exits, workMs: 600_000 }).catch(() => undefined);
    await eventually(() => expect(hasEnded).toBe(true), 10_000);
    await untilItStays();

    const { body } = await server.get('players/1/ships/SHIP-3');
    expect(body.ship).toMatchObject({ status: 'idle', releaseReason: 'failed' });
    expect(server.output().match(/CONTAINER LOST at recovery: culprit .* crash_loop/g)).toHaveLength(1);
    const [now] = (await server.get('instances?limit=1')).body.instances;
    expect(now.recovery.receipt).toMatchObject({
      adopted: 2,
      lost: [{ containerId: 'culprit', reason: expect.stringContaining('crash_loop') }],
    });
  }, 180_000);

  // Once is enough: it is the same whatever ended the process.
  if (exits === 'exit') {
    it('can be started again by an operator, and is parked again if nobody has mended it', async () => {
      await server.post('containers/culprit/restart', {}).catch(() => undefined);
      await eventually(() => expect(hasEnded).toBe(true), 10_000);
      starts = 0;
      await untilItStays();
      const { body } = await server.get('containers/culprit/history?limit=200');
      const types = (body.events as { type: string }[]).map(({ type }) => type);
      expect(types.filter((type) => type === 'ContainerReset')).toHaveLength(1);
      expect(types.filter((type) => type === 'ContainerFailed')).toHaveLength(2);
    }, 180_000);
  }
});
