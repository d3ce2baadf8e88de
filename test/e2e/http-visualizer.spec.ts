import { startTestApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { fleetOf } from '../support/fleet.js';

const graph = {
  waypoints: {
    'X1-TS98-A1': { type: 'PLANET', x: 0, y: 0, traits: ['MARKETPLACE'], has_fuel: true },
    'X1-TS98-B2': { type: 'MOON', x: 3, y: 4, traits: [], has_fuel: false },
    'X1-TS98-C3': { type: 'ASTEROID', x: 3, y: 0, traits: [], has_fuel: false },
  },
};
const markets = ['X1-TS98-A1', 'X1-TS98-B2', 'X1-TS98-C3'];
const player = 2;

/** A container that flies a scout tour, as the bot starts it. */
const tourOf = (ship: string, more: object = {}, system = 'X1-TS98', visited = markets) => ({
  player,
  ships: [ship],
  iterations: -1,
  config: {
    command_type: 'ScoutTourCommand',
    params: { ship_symbol: ship, player_id: player, system, markets: visited },
  },
  ...more,
});

describe('what the visualizer sees, over HTTP', () => {
  let app: TestApp;
  let fleet: ReturnType<typeof fleetOf>;
  let newest = '0';
  beforeEach(async () => {
    newest = '0';
    app = await startTestApp();
    fleet = fleetOf(app);
    for (const system of ['X1-TS98', 'X1-ELSE']) await app.put(`systems/${system}`, graph);
  });
  afterEach(() => app.close());

  const start = async (body: object) => {
    const answer = await app.post('containers', body);
    newest = answer.body.position ?? newest;
    return answer;
  };
  const tell = async (id: string, verb: string, body: object) => {
    const answer = await fleet.tell(id, verb, body);
    newest = answer.body.position ?? newest;
    return answer;
  };
  /** Asks the visualizer's API once it shows what was written last. */
  const bot = (path: string) => app.get(`/api/bot/${path}${path.includes('?') ? '&' : '?'}minPosition=${newest}`);
  const shipOf = async (ship: string) => (await bot(`assignments/${ship}`)).body.assignment;
  const fiveTours = () =>
    Promise.all([2, 3, 4, 5, 6].map(async (n) => (await start(tourOf(`COOPER-${n}`, { restartPolicy: 'no' }))).body));

  it('[A140, A141] five running tours are five entries with all ten fields, and agree with the assignments', async () => {
    const started = await fiveTours();
    await start({ ...tourOf('MINE-1', {}, 'X1-ELSE', ['X1-ELSE-A1']), player: 9 });
    await start({ ...tourOf('THEIRS-1'), player: 3 });

    const { status, headers, body } = await bot('tours/X1-TS98?player_id=2');

    expect(status).toBe(200);
    expect(headers.get('holdfast-position')).toMatch(/^\d+$/);
    expect(Object.keys(body)).toEqual(['tours']);
    expect(body.tours).toHaveLength(5);
    const [first] = body.tours;
    expect(Object.keys(first).sort()).toEqual(
      [
        'system',
        'markets',
        'algorithm',
        'start_waypoint',
        'tour_order',
        'total_distance',
        'calculated_at',
        'ship_symbol',
        'daemon_id',
        'player_id',
      ].sort(),
    );
    const pairs = (rows: Record<string, string>[]) =>
      rows.map((row) => `${row['ship_symbol']} ${row['daemon_id']}`).sort();
    const { body: held } = await bot('assignments?player_id=2');
    expect(pairs(body.tours)).toEqual(pairs(held.assignments));
    expect(pairs(body.tours)).toEqual(started.map(({ container }) => `${container.ships[0]} ${container.id}`).sort());
    expect((await bot('tours/X1-TS98')).body.tours).toHaveLength(6);
    await eventually(async () => {
      expect((await bot('tours/X1-TS98')).headers.get('holdfast-age-ms')).toMatch(/^\d+$/);
    });
  });

  it('[A143] a system that was never charted has no tours: the graph is missing', async () => {
    const { status, headers, body } = await bot('tours/X1-NOWHERE');

    expect(status).toBe(404);
    expect(headers.get('content-type')).toContain('application/problem+json');
    expect(body).toMatchObject({ error: 'System graph not found', status: 404, code: 'not-found' });
    expect((await bot('graph/X1-NOWHERE')).body).toMatchObject({ error: 'Graph not found', status: 404 });
  });

  it('[A144] a complete lap is shown as it was flown; before it, the configured order', async () => {
    const { container, token } = (await start(tourOf('COOPER-2'))).body;
    const tour = async () => (await bot('tours/X1-TS98')).body.tours[0];

    expect(await tour()).toMatchObject({
      algorithm: 'config-order',
      tour_order: markets,
      start_waypoint: 'X1-TS98-A1',
    });
    const flown = [...markets].reverse();
    for (const waypoint of flown.slice(0, 2)) await tell(container.id, 'visits', { token, waypoint });
    expect(await tour()).toMatchObject({ algorithm: 'config-order', tour_order: markets });
    await tell(container.id, 'visits', { token, waypoint: flown[2] });
    await tell(container.id, 'iterations', { token });

    expect(await tour()).toMatchObject({
      algorithm: 'ortools-vrp',
      tour_order: flown,
      start_waypoint: 'X1-TS98-C3',
      markets,
    });
  });

  it('[A145] the distance is that of the closed tour, rounded, and the markets stay as they were', async () => {
    await start(tourOf('COOPER-2'));
    await start(tourOf('COOPER-3', {}, 'X1-TS98', markets.slice(0, 2)));
    await start(tourOf('COOPER-4', {}, 'X1-TS98', markets.slice(0, 1)));

    const { body } = await bot('tours/X1-TS98');

    const distances = Object.fromEntries(
      body.tours.map((t: Record<string, unknown>) => [t['ship_symbol'], t['total_distance']]),
    );
    expect(distances).toEqual({ 'COOPER-2': 12, 'COOPER-3': 10, 'COOPER-4': 0 });
    expect(body.tours[0].markets).toEqual(markets);
  });

  it('[A147] a container without markets flies no tour', async () => {
    await start(tourOf('COOPER-2', {}, 'X1-TS98', []));

    expect((await bot('tours/X1-TS98')).body).toEqual({ tours: [] });
  });

  it('[A149] a ship that nobody ever held is unknown; an idle one is idle', async () => {
    const { container, token } = (await start(tourOf('COOPER-2'))).body;

    expect((await bot('assignments/GHOST-1')).body).toMatchObject({ error: 'Assignment not found', status: 404 });
    expect(await shipOf('COOPER-2')).toEqual({
      ship_symbol: 'COOPER-2',
      player_id: 2,
      assigned_to: container.id,
      daemon_id: container.id,
      operation: 'command',
      status: 'active',
      assigned_at: expect.stringMatching(/^\d{4}-.*Z$/),
      released_at: null,
      metadata: tourOf('COOPER-2').config.params,
    });
    await tell(container.id, 'complete', { token });
    expect(await shipOf('COOPER-2')).toMatchObject({
      status: 'idle',
      daemon_id: null,
      released_at: expect.any(String),
    });
    expect((await bot('assignments')).body.assignments).toEqual([]);
    expect((await bot('assignments?all=true')).body.assignments).toHaveLength(1);
  });

  it('[A150, A156] players are listed by id, and a token of an agent is refused and never shown', async () => {
    const secret = 'eyJ-secret-agent-token';
    for (const [id, agentSymbol] of [
      [2, 'COOPER'],
      [1, 'ENDURANCE'],
    ] as const) {
      newest = (await app.put(`players/${id}`, { agentSymbol })).body.position;
    }

    const refused = await app.put('players/1', { agentSymbol: 'ENDURANCE', token: secret });
    expect(refused).toMatchObject({ status: 422, body: { code: 'unknown-property' } });
    expect(JSON.stringify(refused.body)).not.toContain(secret);
    expect((await bot('players')).body).toEqual({
      players: [
        { player_id: 1, agent_symbol: 'ENDURANCE' },
        { player_id: 2, agent_symbol: 'COOPER' },
      ],
    });
    expect((await app.get('players')).body.players[0]).toEqual({
      player: 1,
      agentSymbol: 'ENDURANCE',
      registeredAtMs: expect.any(Number),
    });
  });

  it('[A153] the summary counts ships by operation and status', async () => {
    const tours = await fiveTours();
    await tell(tours[0].container.id, 'complete', { token: tours[0].token });
    await start({ player, type: 'MINING_WORKER', ships: ['MINER-1'] });

    const { summary } = (await bot('operations/summary?player_id=2')).body;

    expect(summary).toEqual(
      expect.arrayContaining([
        { operation: 'command', count: 4, status: 'active' },
        { operation: 'command', count: 1, status: 'idle' },
        { operation: 'MINING_WORKER', count: 1, status: 'active' },
      ]),
    );
    expect(summary).toHaveLength(3);
  });

  it('[A154] daemons are exactly the live containers, by their real status', async () => {
    const tours = await fiveTours();
    await tell(tours[0].container.id, 'stop', {});
    await tell(tours[1].container.id, 'complete', { token: tours[1].token });

    const { daemons } = (await bot('daemons')).body;

    const statuses = Object.fromEntries(daemons.map((d: Record<string, unknown>) => [d['daemon_id'], d['status']]));
    const ids = tours.map(({ container }) => container.id as string);
    expect(statuses).toEqual({
      [ids[0] ?? '']: 'STOPPING',
      [ids[2] ?? '']: 'RUNNING',
      [ids[3] ?? '']: 'RUNNING',
      [ids[4] ?? '']: 'RUNNING',
    });
    expect(daemons[0]).toMatchObject({ pid: null, log_file: null, err_file: null, stopped_at: null, player_id: 2 });
    expect(daemons[0].command).toMatchObject({ command_type: 'ScoutTourCommand', params: { system: 'X1-TS98' } });
  });

  it('the chart of a system is served as it was given', async () => {
    newest = (await app.put('systems/X1-TS98', graph)).body.position;

    expect((await bot('graph/X1-TS98')).body.graph).toEqual({
      system_symbol: 'X1-TS98',
      graph_data: graph,
      last_updated: expect.stringMatching(/Z$/),
    });
  });

  it('[A100, A101, A102] a new container takes a ship over from the one it names, ended or not, and from nobody else', async () => {
    const take = (id: string, from: string) => start(tourOf('TEST-1', { id, takeover: { container: from } }));
    const old = (await start(tourOf('TEST-1', { id: 'scout-tour-test-1-old123', restartPolicy: 'no' }))).body;
    const before = await shipOf('TEST-1');

    await take('scout-tour-test-1-new456', old.container.id);
    const taken = await shipOf('TEST-1');
    expect(taken).toMatchObject({ daemon_id: 'scout-tour-test-1-new456', status: 'active', released_at: null });
    expect(Date.parse(taken.assigned_at)).toBeGreaterThanOrEqual(Date.parse(before.assigned_at));
    expect(await fleet.container(old.container.id, newest)).toMatchObject({ status: 'STOPPED', finished: true });

    await tell('scout-tour-test-1-new456', 'fail', { token: 2, error: 'container_failed', permanent: true });
    expect(await shipOf('TEST-1')).toMatchObject({ status: 'idle' });
    await take('scout-tour-test-1-new789', 'scout-tour-test-1-new456');
    const { ship } = (await app.get(`players/2/ships/TEST-1?minPosition=${newest}`)).body;
    expect(ship).toMatchObject({ container: 'scout-tour-test-1-new789', releaseReason: null, releasedAtMs: null });

    const refused = await take('scout-tour-test-1-late', old.container.id);
    expect(refused.body).toMatchObject({ status: 409, currentHolder: { id: 'scout-tour-test-1-new789' } });
    expect(await shipOf('TEST-1')).toMatchObject({ daemon_id: 'scout-tour-test-1-new789' });
  });

  it('[A103, A157] tours that fail and start again under new ids are five live tours of five held ships', async () => {
    const failed = await fiveTours();
    for (const { container, token } of failed) await tell(container.id, 'fail', { token, error: 'container_failed' });
    const again = await Promise.all(
      failed.map(async ({ container }) => {
        const takeover = { container: container.id };
        return (await start(tourOf(container.ships[0], { takeover }))).body.container.id as string;
      }),
    );

    const { assignments } = (await bot('assignments?all=true')).body;
    const { daemons } = (await bot('daemons')).body;
    const { tours } = (await bot('tours/X1-TS98?player_id=2')).body;

    const idsOf = (rows: Record<string, unknown>[]) => rows.map((row) => row['daemon_id']).sort();
    expect(assignments.every(({ status }: { status: string }) => status === 'active')).toBe(true);
    expect(idsOf(assignments)).toEqual([...again].sort());
    expect(idsOf(daemons)).toEqual([...again].sort());
    expect(idsOf(tours)).toEqual([...again].sort());
  });

  it('[A104, A105] a restart under the same id keeps the ship through the back-off, and keeps others out', async () => {
    const { container, token } = (await start(tourOf('COOPER-2'))).body;

    const failed = await tell(container.id, 'fail', { token, error: 'x' });
    expect(failed.body.container).toMatchObject({ status: 'RUNNING', backOff: { error: 'x' } });
    expect(await shipOf('COOPER-2')).toMatchObject({ status: 'active', daemon_id: container.id });
    expect((await bot('tours/X1-TS98')).body.tours).toHaveLength(1);
    const second = await start(tourOf('COOPER-2'));
    expect(second.body).toMatchObject({ status: 409, code: 'lease-held', currentHolder: { id: container.id } });

    const restarted = await tell(container.id, 'restart', { token, immediately: true });
    expect(restarted.body).toMatchObject({ container: { id: container.id, attempt: 2, status: 'RUNNING' }, token: 2 });
    expect(await shipOf('COOPER-2')).toMatchObject({ status: 'active', daemon_id: container.id });
    const { body } = await app.get('players/2/ships/COOPER-2/history');
    expect(body.events.map(({ type }: { type: string }) => type)).toEqual(['LeaseHandedOver', 'LeaseGranted']);
  });
});
