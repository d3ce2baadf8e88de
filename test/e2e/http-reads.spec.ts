import { startTestApp, type TestApp } from '../support/app.js';
import { busy } from '../support/busy.js';
import { eventually } from '../support/eventually.js';
import { fleetOf } from '../support/fleet.js';

describe('reading over HTTP', () => {
  let app: TestApp;
  let fleet: ReturnType<typeof fleetOf>;
  beforeEach(async () => {
    app = await startTestApp();
    fleet = fleetOf(app);
  });
  afterEach(() => app.close());

  it('minPosition reads your own write, each time, and says which position it saw', async () => {
    for (let i = 1; i <= 10; i++) {
      const { body } = await fleet.acquire(`SHIP-${i}`, 'agent-7');
      const seen = await app.get(`players/1/ships/SHIP-${i}?minPosition=${body.position}`);

      expect(seen.body).toMatchObject({ ship: { status: 'active' }, position: expect.any(String) });
      expect(BigInt(seen.body.position)).toBeGreaterThanOrEqual(BigInt(body.position));
      expect(seen.headers.get('holdfast-position')).toBe(seen.body.position);
    }
  });

  it('a view that does not get to the position answers 503 and when to ask again', async () => {
    const { status, headers, body } = await app.get('containers?minPosition=99999999');

    expect(status).toBe(503);
    expect(headers.get('retry-after')).toBe('1');
    expect(body).toMatchObject({ code: 'view-behind', retryable: true, minPosition: '99999999' });
  });

  it('pages are whole, in order and without a repeat', async () => {
    const ships = Array.from({ length: 7 }, (_, i) => `SHIP-${i}`);
    let position = '0';
    for (const ship of ships) ({ position } = await fleet.started([ship]));
    const all = async (path: string, name: string) => {
      const found: Record<string, unknown>[] = [];
      let pages = 0;
      let cursor: string | null = null;
      do {
        const more: string = cursor === null ? '' : `&cursor=${cursor}`;
        const { body } = await app.get(`${path}?limit=3&minPosition=${position}${more}`);
        found.push(...body[name]);
        cursor = body.next;
        pages += 1;
      } while (cursor !== null);
      return { found, pages };
    };

    const listed = await all('ships', 'ships');
    expect(listed).toMatchObject({ pages: 3 });
    expect(listed.found.map(({ symbol }) => symbol)).toEqual(ships);
    const containers = await all('containers', 'containers');
    const ids = containers.found.map(({ id }) => id as string);
    expect(new Set(ids).size).toBe(7);
    expect(ids).toEqual([...ids].sort());
    expect((await app.get('containers?cursor=bm90LWEta2V5IQ')).body).toMatchObject({
      status: 422,
      errors: [{ pointer: '/cursor' }],
    });
    expect((await app.get('containers?limit=0')).status).toBe(422);
  });

  it('history pages go back to the beginning', async () => {
    const { container, token } = await fleet.started(['SHIP-1'], { iterations: -1 });
    for (let i = 0; i < 5; i++) await fleet.tell(container.id, 'iterations', { token });
    const revisions: string[] = [];
    let cursor = '';
    do {
      const { body } = await app.get(`containers/${container.id}/history?limit=3${cursor}`);
      revisions.push(...body.events.map(({ revision }: { revision: string }) => revision));
      cursor = body.next && `&cursor=${body.next}`;
    } while (cursor);

    expect(revisions).toEqual(['7', '6', '5', '4', '3', '2', '1', '0']);
  });

  it('asOf answers as it was, at a position and at a moment', async () => {
    const first = await fleet.acquire('SHIP-1', 'agent-7');
    const between = new Date().toISOString();
    await eventually(() => expect(new Date().toISOString()).not.toBe(between));
    const freed = await fleet.lease('SHIP-1', 'release', { token: 1 });

    const now = await app.get(`players/1/ships/SHIP-1?minPosition=${freed.body.position}`);
    expect(now.body.ship.status).toBe('idle');
    for (const asOf of [first.body.position, between]) {
      const then = await app.get(`players/1/ships/SHIP-1?asOf=${asOf}`);
      expect(then.body.ship).toMatchObject({ status: 'active', holder: { id: 'agent-7' } });
      expect((await app.get(`ships?asOf=${asOf}`)).body.ships).toMatchObject([{ symbol: 'SHIP-1', status: 'active' }]);
    }
    expect((await app.get('players/1/ships/SHIP-1?asOf=2001-01-01T00:00:00Z')).status).toBe(404);
    for (const ahead of ['99999999999', '2999-01-01T00:00:00Z']) {
      expect(await app.get(`ships?asOf=${ahead}`)).toMatchObject({ status: 422, body: { code: 'as-of-ahead' } });
    }
    expect((await app.get('ships?asOf=yesterday')).status).toBe(422);
  });

  it('filters choose, and unknown ones are refused', async () => {
    await fleet.started(['SHIP-1'], { type: 'MINING_WORKER', id: 'miner-1', parent: 'boss' });
    await fleet.acquire('SHIP-2', 'agent-7', { operation: 'trade' });
    const { body } = await fleet.acquire('SHIP-3', 'agent-7');
    await fleet.lease('SHIP-3', 'release', { token: 1 });
    const symbols = async (query: string) => {
      const found = await app.get(`ships?${query}&minPosition=${body.position}`);
      return found.body.ships.map(({ symbol }: { symbol: string }) => symbol);
    };

    await eventually(async () => expect(await symbols('status=idle')).toEqual(['SHIP-3']));
    expect(await symbols('status=all')).toEqual(['SHIP-1', 'SHIP-2', 'SHIP-3']);
    expect(await symbols('container=miner-1')).toEqual(['SHIP-1']);
    expect(await symbols('operation=trade')).toEqual(['SHIP-2']);
    expect(await symbols('player=2')).toEqual([]);
    const children = await app.get('containers?parent=boss');
    expect(children.body.containers).toMatchObject([{ id: 'miner-1', parent: 'boss' }]);
    expect((await app.get('containers?ships=SHIP-1')).body).toMatchObject({ status: 422, code: 'unknown-property' });
    const running = await app.get('containers?status=running,Failed');
    expect(running.body.containers).toMatchObject([{ id: 'miner-1', status: 'RUNNING' }]);
    const { body: unfit } = await app.get('containers?status=runing');
    expect(unfit).toMatchObject({ status: 422, code: 'validation' });
    expect(unfit.errors[0].message).toMatch(/^Must be some of PENDING, .+, with commas between\.$/);
    expect((await app.get('ships?status=ALL')).status).toBe(200);
    expect((await app.get('ships?player=9999999999')).body).toMatchObject({ status: 422, code: 'number-range' });
  });

  it('charts are taken in every form they are kept in, and nothing else is', async () => {
    const traits = [{ symbol: 'MARKETPLACE', name: 'Marketplace' }];
    const waypoint = { symbol: 'X1-AB1-A1', type: 'PLANET', x: 1, y: -2, traits, orbitals: [] };
    const recorded = {
      system: { symbol: 'X1-AB1', type: 'BLUE_STAR' },
      waypoints: [{ ...waypoint, traits: ['MARKETPLACE'] }],
    };

    const first = await app.put('systems/X1-AB1', recorded);
    expect(first.body).toMatchObject({ system: { symbol: 'X1-AB1', type: 'BLUE_STAR', waypoints: 1 }, already: false });
    expect((await app.put('systems/X1-AB1', recorded)).body).toMatchObject({ already: true });
    const page = await app.put('systems/X1-AB1', { data: [waypoint], meta: { total: 1 } });
    expect(page.body).toMatchObject({ already: false });
    const { body } = await app.get(`systems/X1-AB1?minPosition=${page.body.position}`);
    expect(body.system.waypoints).toEqual([
      { symbol: 'X1-AB1-A1', type: 'PLANET', x: 1, y: -2, traits: ['MARKETPLACE'], hasFuel: true, orbits: null },
    ]);
    expect((await app.get('systems')).body.systems).toMatchObject([{ symbol: 'X1-AB1', waypoints: 1 }]);
    expect((await app.get('systems/X1-NO')).status).toBe(404);
    for (const bad of [{}, { waypoints: [] }, { waypoints: [{ ...waypoint, x: 'east' }] }, recorded]) {
      const refused = await app.put('systems/X1-OTHER', bad);
      expect(refused.body).toMatchObject({ status: 422, code: 'unreadable-chart' });
    }
  });

  it('the state of the projections is told, and a rebuild is told line by line', async () => {
    const { position } = await fleet.started(['SHIP-1']);
    await fleet.container('any', position);

    const { body } = await app.get('projections');
    expect(body.projections.map(({ view }: { view: string }) => view)).toContain('fleet');
    expect((await app.get('projections/parked')).body).toEqual({ parked: [] });
    expect((await app.post('projections/rebuild', { view: 'nothing' })).status).toBe(404);
    expect((await app.post('projections/rebuild', {})).status).toBe(422);
    const response = await fetch(`${app.url}/api/v1/projections/rebuild`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ view: 'fleet', verifyOnly: true }),
    });

    expect(response.headers.get('content-type')).toContain('application/x-ndjson');
    const lines = (await response.text())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string });
    expect(lines.at(-1)).toEqual({ type: 'Done', ok: true });
    expect(lines.at(-2)).toMatchObject({ type: 'Verified', view: 'fleet', differences: [] });
  });

  it('the program says what it is, and that it is well', async () => {
    expect((await app.get('version')).body).toMatchObject({
      name: 'holdfast',
      version: expect.stringMatching(/^\d+\./),
    });
    expect((await app.get('/health')).body).toMatchObject({ status: 'ok', timestamp: expect.stringMatching(/Z$/) });
    expect((await app.get('/livez')).body).toEqual({ status: 'ok' });
    await eventually(async () =>
      expect((await app.get('/readyz')).body).toEqual({
        status: 'ready',
        eventStore: 'up',
        database: 'up',
        projections: 'alive',
        recovery: 'off',
      }),
    );
  });

  it('without its event store the process is not ready and decides nothing', async () => {
    await app.store.close();

    const ready = await app.get('/readyz');
    expect(ready.body).toMatchObject({
      status: 503,
      code: 'not-ready',
      missing: expect.arrayContaining(['event-store']),
    });
    const { status, headers, body } = await fleet.acquire('SHIP-1', 'agent-7');
    expect({ status, code: body.code, after: headers.get('retry-after') }).toEqual({
      status: 503,
      code: 'event-store-unavailable',
      after: '1',
    });
    expect((await app.get('/livez')).status).toBe(200);
  });

  it('a closing application does not wait for a client that stays connected', async () => {
    const other = await startTestApp();
    await fetch(`${other.url}/health`);
    const startedAt = performance.now();

    await other.close();

    expect(performance.now() - startedAt).toBeLessThan(5_000 * busy());
  });
});
