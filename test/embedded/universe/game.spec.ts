import { Caller, endUniverses, newGame, universe, type Loose } from './support.js';

const home = 'X1-HF01-A1';
const yard = 'X1-HF01-A2';
const ship = '/my/ships/TESTER-1';
afterEach(endUniverses);

describe('an agent of the universe', () => {
  it('begins with a command ship at home, a probe at the shipyard and 175000 credits', async () => {
    const { url } = await universe();
    const { agent, contract, ships, token } = await new Caller(url).register();
    expect(agent).toEqual({
      ...{ symbol: 'TESTER', headquarters: home, credits: 175_000, startingFaction: 'COSMIC', shipCount: 2 },
    });
    expect(contract).toMatchObject({ type: 'PROCUREMENT', accepted: false });
    expect(ships.map((each: Loose) => [each.symbol, each.registration.role, each.nav.waypointSymbol])).toEqual([
      ['TESTER-1', 'COMMAND', home],
      ['TESTER-2', 'SATELLITE', yard],
    ]);
    expect(ships[1].fuel).toMatchObject({ current: 0, capacity: 0 });
    expect(token.split('.')).toHaveLength(3);
  });

  it('is refused with 401 without its token, and with a name that is taken', async () => {
    const caller = await newGame();
    const without = await caller.ask('GET', '/v2/my/agent', undefined, '');
    expect([without.status, without.body.error.code]).toEqual([401, 4103]);
    const wrong = await caller.ask('GET', '/v2/my/agent', undefined, 'a.b.c');
    expect([wrong.status, wrong.body.error.code]).toEqual([401, 4104]);
    const again = await caller.post('/register', { symbol: 'tester', faction: 'VOID' });
    expect([again.status, again.body.error.code]).toEqual([400, 4111]);
    expect(again.body.error.requestId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
  });

  it('reads systems, waypoints by type and trait, and pages of 1 to 20', async () => {
    const caller = await newGame();
    expect((await caller.get('/systems')).body.meta).toEqual({ total: 1, page: 1, limit: 10 });
    const waypoints = '/systems/X1-HF01/waypoints';
    const first = (await caller.get(`${waypoints}?limit=20`)).body;
    const last = (await caller.get(`${waypoints}?limit=20&page=5`)).body;
    expect(first.data).toHaveLength(20);
    expect(first.meta.total).toBe(80 + last.data.length);
    const yards = (await caller.get(`${waypoints}?traits=MARKETPLACE&traits=SHIPYARD`)).body.data;
    expect(yards).toHaveLength(3);
    const gates = (await caller.get(`${waypoints}?type=JUMP_GATE`)).body.data;
    expect(gates).toMatchObject([{ type: 'JUMP_GATE', isUnderConstruction: true }]);
    const tooMany = await caller.get(`${waypoints}?limit=50`);
    expect([tooMany.status, tooMany.body.error.code]).toEqual([422, 3001]);
    const gate = `${waypoints}/${gates[0].symbol}`;
    expect((await caller.data(`${gate}/construction`)).materials[0]).toMatchObject({ required: 1600, fulfilled: 0 });
    expect((await caller.data(`${gate}/jump-gate`)).connections).toHaveLength(3);
  });
});

describe('a ship of the universe', () => {
  it('flies by the distance, speed and mode, and burns its fuel when it leaves', async () => {
    const caller = await newGame();
    const there = await caller.data('/systems/X1-HF01/waypoints/X1-HF01-D5');
    const here = await caller.data(`/systems/X1-HF01/waypoints/${home}`);
    const apart = Math.round(Math.hypot(there.x - here.x, there.y - here.y));
    await caller.post(`${ship}/orbit`);
    await caller.patch(`${ship}/nav`, { flightMode: 'BURN' });
    const { status, body } = await caller.post(`${ship}/navigate`, { waypointSymbol: 'X1-HF01-D5' });
    expect(status).toBe(200);
    const { nav, fuel } = body.data;
    expect(nav).toMatchObject({
      status: 'IN_TRANSIT',
      waypointSymbol: 'X1-HF01-D5',
      route: { origin: { symbol: home } },
    });
    expect(Date.parse(nav.route.arrival) - Date.parse(nav.route.departureTime)).toBe(
      Math.round((apart * 12.5) / 36 + 15) * 1000,
    );
    expect(fuel).toMatchObject({ current: 400 - 2 * apart, consumed: { amount: 2 * apart } });
    await caller.land('TESTER-1');
    expect(await caller.data(`${ship}/nav`)).toMatchObject({ status: 'IN_ORBIT', waypointSymbol: 'X1-HF01-D5' });
  });

  it('cannot act in flight, and can only fly faster', async () => {
    const caller = await newGame();
    await caller.post(`${ship}/orbit`);
    await caller.post(`${ship}/navigate`, { waypointSymbol: 'X1-HF01-K20' });
    for (const [path, body] of [
      ['navigate', { waypointSymbol: 'X1-HF01-K20' }],
      ['dock', undefined],
      ['purchase', { symbol: 'FUEL', units: 1 }],
      ['refuel', {}],
    ] as const) {
      const { status, body: said } = await caller.post(`${ship}/${path}`, body);
      expect([status, said.error.code]).toEqual([400, 4214]);
      expect(said.error.data).toMatchObject({ departureSymbol: home, destinationSymbol: 'X1-HF01-K20' });
      expect(said.error.data.secondsToArrival).toBeGreaterThan(15);
    }
    const before = (await caller.data(`${ship}`)).nav.route.arrival;
    expect((await caller.patch(`${ship}/nav`, { flightMode: 'DRIFT' })).body.error.code).toBe(4269);
    const faster = (await caller.patch(`${ship}/nav`, { flightMode: 'BURN' })).body.data;
    expect(Date.parse(faster.nav.route.arrival)).toBeLessThan(Date.parse(before));
  });

  it('is refused what its place, berth or fuel does not allow', async () => {
    const caller = await newGame();
    const code = async (path: string, body?: object) => (await caller.post(`${ship}/${path}`, body)).body.error?.code;
    expect(await code('navigate', { waypointSymbol: 'X1-HF01-D5' })).toBe(4236);
    await caller.post(`${ship}/orbit`);
    expect(await code('purchase', { symbol: 'FUEL', units: 1 })).toBe(4244);
    expect(await code('refuel', {})).toBe(4244);
    expect(await code('navigate', { waypointSymbol: home })).toBe(4204);
    expect(await code('navigate', { waypointSymbol: 'X1-HF01-Q1' })).toBe(4201);
    expect(await code('navigate', { waypointSymbol: 'X1-ZZ99-A1' })).toBe(4202);
    const { data } = await caller.get('/systems/X1-HF01/waypoints?type=ASTEROID_BASE').then(({ body }) => body);
    const far = data.at(-1).symbol;
    const { body } = await caller.post(`${ship}/navigate`, { waypointSymbol: far });
    expect(body.error).toMatchObject({ code: 4203, data: { fuelAvailable: 400, fuelRequired: expect.any(Number) } });
    expect((await caller.get('/my/ships/OTHER-1')).status).toBe(404);
  });

  it('pays a unit of fuel for every hundred units of the tank', async () => {
    const caller = await newGame();
    await caller.bring('TESTER-1', 'X1-HF01-K20');
    const { fuel } = await caller.data(ship);
    const { body } = await caller.post(`${ship}/refuel`, {});
    const { transaction, agent } = body.data;
    expect(body.data.fuel.current).toBe(400);
    expect(transaction).toMatchObject({ tradeSymbol: 'FUEL', units: Math.ceil((400 - fuel.current) / 100) });
    expect(transaction.pricePerUnit).toBeGreaterThanOrEqual(71);
    expect(transaction.pricePerUnit).toBeLessThanOrEqual(73);
    expect(agent.credits).toBe(175_000 - transaction.totalPrice);
  });

  it('is bought where a ship of the agent is, for more each time', async () => {
    const caller = await newGame();
    const order = { shipType: 'SHIP_PROBE', waypointSymbol: yard };
    const { ships } = await caller.data(`/systems/X1-HF01/waypoints/${yard}/shipyard`);
    const price = ships.find((each: Loose) => each.type === 'SHIP_PROBE').purchasePrice;
    const { status, body } = await caller.post('/my/ships', order);
    expect(status).toBe(201);
    expect(body.data.ship).toMatchObject({ symbol: 'TESTER-3', nav: { waypointSymbol: yard, status: 'DOCKED' } });
    expect(body.data.agent).toMatchObject({ credits: 175_000 - price, shipCount: 3 });
    expect((await caller.post('/my/ships', order)).body.data.transaction.price).toBeGreaterThan(price);
    const code = async (given: object) => (await caller.post('/my/ships', { ...order, ...given })).body.error.code;
    expect(await code({ shipType: 'SHIP_LIGHT_HAULER' })).toBe(4216);
    expect(await code({ shipType: 'SHIP_ORE_HOUND' })).toBe(4605);
    await caller.bring('TESTER-2', home);
    for (const extra of ['TESTER-3', 'TESTER-4']) await caller.bring(extra, home);
    expect(await code({})).toBe(4245);
  });

  it('says in what form a body has to be', async () => {
    const caller = await newGame();
    const empty = await fetch(`${caller.url}/v2${ship}/orbit`, {
      method: 'POST',
      headers: { authorization: `Bearer ${caller.token}`, 'content-type': 'application/json' },
    });
    expect([empty.status, ((await empty.json()) as Loose).error.code]).toEqual([422, 3001]);
    const { status, body } = await caller.post(`${ship}/purchase`, { symbol: 'FUEL', units: 0 });
    expect([status, body.error.code, body.error.data.zodIssues[0].path]).toEqual([422, 3001, ['units']]);
  });
});
