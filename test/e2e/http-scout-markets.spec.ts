import { DaemonIdentity } from '../../src/application/runtime/daemon/daemon-identity.js';
import { startUniverse, type RunningUniverse } from '../../src/embedded/universe/server.js';
import { systemClock } from '../../src/infrastructure/clock.js';
import { connectGame } from '../../src/infrastructure/game/connect.js';
import { startTestApp, type TestApp } from '../support/app.js';

const market = (x: number, y: number) => ({ type: 'PLANET', x, y, traits: ['MARKETPLACE'], has_fuel: true });
const chart = {
  waypoints: {
    'X1-GZ7-A1': market(0, 0),
    'X1-GZ7-A2': market(1, 0),
    'X1-GZ7-B1': market(90, 0),
    'X1-GZ7-B2': market(90, 5),
  },
};
const near = ['X1-GZ7-A1', 'X1-GZ7-A2'];
const far = ['X1-GZ7-B1', 'X1-GZ7-B2'];

interface Flown {
  readonly ship: string;
  readonly container: string;
  readonly markets: readonly string[];
  readonly reused: boolean;
}

describe('having markets scouted, over HTTP', () => {
  let app: TestApp;
  beforeEach(async () => {
    app = await startTestApp();
    await app.put('systems/X1-GZ7', chart);
  });
  afterEach(() => app.close());

  const scout = (more: object = {}) =>
    app.post('systems/X1-GZ7/scouting', { player: 2, ships: ['ENDURANCE-2', 'ENDURANCE-3'], ...more });
  const containers = async () => (await app.get('containers?all=true&limit=100')).body.containers as { id: string }[];
  const idsOf = ({ body }: Awaited<ReturnType<typeof scout>>) =>
    (body.tours as readonly Flown[]).map(({ container }) => container);

  it('[A119] begins a container for each ship, each with its own markets', async () => {
    const { status, body } = await scout();
    expect(status).toBe(200);
    expect(body).toMatchObject({
      system: 'X1-GZ7',
      tours: [
        { ship: 'ENDURANCE-2', markets: near, reused: false },
        { ship: 'ENDURANCE-3', markets: far, reused: false },
      ],
      idle: [],
      uncovered: [],
      unasked: [],
    });
    const [one] = body.tours as readonly Flown[];
    expect(one?.container).toMatch(/^scout-tour-ENDURANCE-2-[0-9a-f]{8}$/);
    const { container } = (await app.get(`containers/${one?.container}?minPosition=${body.position}`)).body;
    expect(container).toMatchObject({
      status: 'RUNNING',
      ships: ['ENDURANCE-2'],
      maxIterations: -1,
      config: {
        command_type: 'ScoutTourCommand',
        params: { ship_symbol: 'ENDURANCE-2', player_id: 2, system: 'X1-GZ7', markets: near },
      },
    });
  });

  it('[A113, A114, A118] asked again, names the same containers and begins none', async () => {
    const first = await scout();
    const again = await scout();
    expect(idsOf(again)).toEqual(idsOf(first));
    expect(again.body.tours).toMatchObject([{ reused: true }, { reused: true }]);
    expect((await app.get(`containers?minPosition=${again.body.position}&limit=10`)).body.containers).toHaveLength(2);
  });

  it('[A117] asked by three at once, begins exactly two containers, and all three are told the same', async () => {
    const answers = await Promise.all([scout(), scout(), scout()]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    const [ids, ...others] = answers.map(idsOf);
    for (const other of others) expect(other).toEqual(ids);
    const last = answers.map(({ body }) => BigInt(body.position as string)).reduce((a, b) => (a > b ? a : b));
    await app.get(`containers?minPosition=${last}`);
    expect((await containers()).map(({ id }) => id).sort()).toEqual([...(ids ?? [])].sort());
  });

  it('[A115] does not count a stopped tour', async () => {
    const [stopped = ''] = idsOf(await scout());
    const { body } = await app.get(`containers/${stopped}`);
    await app.post(`containers/${stopped}/stop`, { token: body.container.token });
    const { tours } = (await scout()).body as { readonly tours: readonly Flown[] };
    expect(tours).toMatchObject([{ ship: 'ENDURANCE-2', reused: false }, { reused: true }]);
    expect(tours[0]?.container).not.toBe(stopped);
  });

  it('[A130] says what a reused tour leaves out, and shares everything out anew on request', async () => {
    const one = { ships: ['ENDURANCE-2'] };
    const [old] = idsOf(await scout({ ...one, markets: near }));
    const asked = (await scout({ ...one, markets: ['X1-GZ7-A1', 'X1-GZ7-B1'] })).body;
    expect(asked).toMatchObject({
      tours: [{ container: old, markets: near, reused: true }],
      uncovered: ['X1-GZ7-B1'],
      unasked: ['X1-GZ7-A2'],
    });
    const anew = await scout({ ...one, markets: ['X1-GZ7-A1', 'X1-GZ7-B1'], replan: true });
    expect(anew.body).toMatchObject({ tours: [{ reused: false }], uncovered: [], unasked: [] });
    const [now] = idsOf(anew);
    const { body } = await app.get(`players/2/ships/ENDURANCE-2?minPosition=${anew.body.position}`);
    expect(body.ship).toMatchObject({ container: now, containerStatus: 'RUNNING' });
    expect((await app.get(`containers/${old}`)).body.container).toMatchObject({ status: 'STOPPED' });
  });

  it('[A294] takes the ship that a failed tour still has before any idle one', async () => {
    const first = await scout({ ships: ['ENDURANCE-3'], markets: near });
    const [dead] = idsOf(first);
    const { body: held } = await app.get(`players/2/ships/ENDURANCE-3?minPosition=${first.body.position}`);
    const { token } = held.ship;
    const debt = { token, obligationId: 'found', good: 'IRON_ORE', units: 3 };
    expect((await app.post('players/2/ships/ENDURANCE-3/obligations', debt)).status).toBe(200);
    const failed = await app.post(`containers/${dead}/fail`, { token, error: 'no way', permanent: true });
    expect(failed).toMatchObject({ status: 200, body: { container: { status: 'FAILED' } } });

    const { body } = await scout({ markets: ['X1-GZ7-A1'] });
    expect(body).toMatchObject({ tours: [{ ship: 'ENDURANCE-3', reused: false }], idle: ['ENDURANCE-2'] });
    const { body: why } = await app.get('players/2/ships/ENDURANCE-3/why');
    expect(why).toMatchObject({ hold: { holder: { id: body.tours[0].container } }, obligations: [{ units: 3 }] });
  });

  it('is refused whole, naming the holder, when a ship does something else', async () => {
    await app.post('containers', {
      player: 2,
      id: 'trade-1',
      ships: ['ENDURANCE-3'],
      config: { command_type: 'trade' },
    });
    const refused = await scout();
    expect(refused).toMatchObject({ status: 409, body: { code: 'lease-held' } });
    expect(refused.body.detail).toContain('trade-1');
    const { body } = await app.get('players/2/ships/ENDURANCE-2/why');
    expect(body.holder ?? null).toBeNull();
  });

  it('[A131] needs the names of ships where there is no game to ask', async () => {
    for (const system of ['X1-GZ7', 'X1-NOWHERE']) {
      const { status, body } = await app.post(`systems/${system}/scouting`, { player: 2 });
      expect({ status, code: body.code }).toEqual({ status: 422, code: 'no-game' });
      expect(body.detail).toMatch(/HOLDFAST_GAME=false.+name the ships that are to scout/);
    }
    const named = { player: 2, ships: ['ENDURANCE-2'] };
    expect((await app.post('systems/X1-NOWHERE/scouting', named)).body).toMatchObject({ code: 'unknown-system' });
  });
});

describe('having markets scouted by the fleet that the game knows', () => {
  let universe: RunningUniverse;
  let app: TestApp;
  beforeAll(async () => {
    universe = await startUniverse({ port: 0, rateLimit: false, symbol: 'X1-GAME7' });
  });
  afterAll(() => universe.stop());
  afterEach(() => app.close());

  async function withFleet(agent: string, ships: object): Promise<void> {
    const answer = await fetch(`${universe.url}/_control/fleet`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ agent, ...ships }),
    });
    const { token } = (await answer.json()) as { readonly token: string };
    const game = connectGame(`${universe.url}/v2`, token, systemClock);
    app = await startTestApp({ parts: { game, operations: undefined } });
    app.app.get(DaemonIdentity).assume('here');
    const waypoints = await game.waypoints('X1-GAME7');
    await app.put('systems/X1-GAME7', { data: waypoints.map((each) => ({ ...each, systemSymbol: each.system })) });
  }

  it('[A131] takes the probes and drones, and leaves fuel stations out', async () => {
    await withFleet('SCOUTS', { ships: { SHIP_MINING_DRONE: 1 } });
    const { body } = await app.post('systems/X1-GAME7/scouting', { player: 1 });
    expect((body.tours as readonly Flown[]).map(({ ship }) => ship)).toEqual(['SCOUTS-2', 'SCOUTS-3']);
    const { system } = (await app.get('systems/X1-GAME7')).body;
    const isFuelStation = new Map(
      (system.waypoints as readonly { symbol: string; type: string }[]).map(({ symbol, type }) => [
        symbol,
        type === 'FUEL_STATION',
      ]),
    );
    const visited = (body.tours as readonly Flown[]).flatMap(({ markets }) => markets);
    expect(visited.length).toBeGreaterThan(2);
    expect(visited.filter((symbol) => isFuelStation.get(symbol) !== false)).toEqual([]);
  });

  it('[A130] says which ship the game does not know, and begins nothing', async () => {
    await withFleet('OTHERS', {});
    const refused = await app.post('systems/X1-GAME7/scouting', { player: 1, ships: ['OTHERS-2', 'OTHERS-9'] });
    expect(refused.status).toBe(404);
    expect(refused.body.detail).toContain('failed to load ship OTHERS-9');
    expect((await app.get('containers?all=true')).body.containers).toEqual([]);
  });

  it('refuses what is never flown here before anything is written, each in words of its own', async () => {
    await withFleet('GROUNDED', {});
    const before = await app.store.headPosition();
    const dock = { command_type: 'DockShipCommand', params: { ship_symbol: 'GROUNDED-1' } };
    const start = (more: object) => {
      return app.post('containers', { player: 1, ships: ['GROUNDED-1'], runner: 'daemon', config: dock, ...more });
    };
    const is = (status: number, code: string, named: string) => {
      return { status, body: { code, detail: expect.stringContaining(named) } };
    };
    expect(await start({ player: 2 })).toMatchObject(is(422, 'ships-of-another', 'player 1'));
    expect(await app.post('players/2/ships/GROUNDED-1/dock', {})).toMatchObject(
      is(422, 'ships-of-another', 'player 1'),
    );
    expect(await app.post('systems/X1-GAME7/scouting', { player: 2 })).toMatchObject(
      is(422, 'ships-of-another', 'player 1'),
    );
    expect(await start({ config: { command_type: 'mine' } })).toMatchObject(is(422, 'unknown-operation', 'mine'));
    expect(await start({ type: 'SCOUT_FLEET_ASSIGNMENT', config: {} })).toMatchObject(
      is(422, 'retired-operation', 'having the markets'),
    );
    expect(await start({ config: { command_type: 'navigate' } })).toMatchObject(
      is(422, 'unfit-operation', 'destination'),
    );
    const ghost = { ships: ['GHOST-1'], config: { command_type: 'dock' } };
    expect(await start(ghost)).toMatchObject(is(404, 'unknown-ship', 'GHOST-1'));
    expect(await start({ ...ghost, scope: 'HERE' })).toMatchObject(is(404, 'unknown-ship', 'GHOST-1'));

    app.app.get(DaemonIdentity).layDown();
    expect(await start({})).toMatchObject(is(503, 'no-daemon', 'run it by a worker'));
    expect(await app.post('players/1/ships/GROUNDED-1/dock', {})).toMatchObject(is(503, 'no-daemon', 'worker'));
    expect(await app.post('systems/X1-GAME7/scouting', { player: 1 })).toMatchObject(is(503, 'no-daemon', 'worker'));
    expect(await app.store.headPosition()).toBe(before);
    expect(await start({ runner: undefined })).toMatchObject({ status: 201 });
  });
});
