import { startUniverse } from '../../../src/embedded/universe/server.js';
import { eventually } from '../../support/eventually.js';
import { Caller, endUniverses, newGame, universe } from './support.js';

const home = 'X1-HF01-A1';
const buy = { symbol: 'FUEL', units: 3 };
const purchase = '/my/ships/TESTER-1/purchase';
afterEach(endUniverses);

describe('the controls of the universe', () => {
  it('lose an answer after the change was made, as often as asked for and nowhere else', async () => {
    const caller = await newGame();
    await caller.control('faults', { kind: 'lose-answer', method: 'POST', path: '/v2/my/ships/*/purchase' });
    expect((await caller.get('/my/agent')).status).toBe(200);
    await expect(caller.post(purchase, buy)).rejects.toThrow('fetch failed');
    expect((await caller.data('/my/ships/TESTER-1/cargo')).inventory).toMatchObject([buy]);
    expect(await caller.deeds('purchase')).toMatchObject([{ ship: 'TESTER-1', agent: 'TESTER', arguments: buy }]);
    expect((await caller.post(purchase, buy)).status).toBe(201);
  });

  it('fail before the change was made, or after it', async () => {
    const caller = await newGame();
    await caller.control('faults', { kind: 'error-before', times: 2, path: '*/purchase' });
    for (let call = 0; call < 2; call++) {
      const { status, body } = await caller.post(purchase, buy);
      expect([status, body.error.code]).toEqual([500, 3000]);
    }
    expect(await caller.deeds('purchase')).toEqual([]);
    await caller.control('faults', { kind: 'error-after', path: '*/purchase' });
    const { status, body } = await caller.post(purchase, buy);
    expect([status, body]).toEqual([502, expect.stringContaining('<html>')]);
    expect(await caller.deeds('purchase')).toHaveLength(1);
  });

  it('answer 429 as the game does, and as the cloud before it does', async () => {
    const caller = await newGame();
    await caller.control('faults', { kind: 'rate-limit' });
    await caller.control('faults', { kind: 'rate-limit', headers: false });
    const game = await caller.get('/my/agent');
    expect([game.status, game.body.error.code, game.headers.get('retry-after')]).toEqual([429, 429, '1']);
    const cloud = await caller.get('/my/agent');
    expect([cloud.status, cloud.headers.get('retry-after'), typeof cloud.body]).toEqual([429, null, 'string']);
    expect((await caller.get('/my/agent')).status).toBe(200);
  });

  it('answer slowly, and not at all once the universe ends', async () => {
    const started = await startUniverse({ port: 0, rateLimit: false });
    const caller = new Caller(started.url);
    await caller.control('faults', { kind: 'slow', delayMs: 60, path: '/v2/' });
    const before = performance.now();
    await caller.get('/');
    expect(performance.now() - before).toBeGreaterThanOrEqual(55);
    await caller.control('faults', { kind: 'slow', delayMs: 600_000 });
    const waiting = caller.get('/').then(
      () => 'ended',
      () => 'ended',
    );
    await caller.ask('GET', '/_control/clock');
    await started.stop();
    expect(await waiting).toBe('ended');
  });

  it('make a change late, when whoever asked for it has gone', async () => {
    const caller = await newGame();
    await caller.control('faults', { kind: 'late', delayMs: 150, path: '*/purchase' });
    const { url, token } = caller;
    const body = JSON.stringify(buy);
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const signal = AbortSignal.timeout(60);
    await expect(fetch(`${url}/v2${purchase}`, { method: 'POST', headers, body, signal })).rejects.toThrow('timeout');
    expect(await caller.deeds('purchase')).toEqual([]);
    await eventually(async () => expect(await caller.deeds('purchase')).toHaveLength(1));
  });

  it('tell what is armed, and disarm it', async () => {
    const caller = await newGame();
    await caller.control('faults', { kind: 'error-before', times: 3, method: 'get' });
    await caller.get('/my/agent');
    expect((await caller.ask('GET', '/_control/faults')).body.faults).toMatchObject([{ method: 'GET', left: 2 }]);
    await caller.ask('DELETE', '/_control/faults');
    expect((await caller.get('/my/agent')).status).toBe(200);
    expect((await caller.control('faults', { kind: 'flood' })).status).toBe(422);
  });

  it('begin an era in which tokens, agents and ships of before are unknown', async () => {
    const caller = await newGame();
    await caller.post(purchase, buy);
    const { resetDate, before } = (await caller.control('reset')).body;
    const { status, body } = await caller.get('/my/agent');
    expect([status, body.error.code, body.error.data]).toEqual([401, 4113, { expected: resetDate, actual: before }]);
    expect((await caller.get('/')).body).toMatchObject({ resetDate, stats: { agents: 0, ships: 0 } });
    const { agent } = await caller.register();
    expect(agent).toMatchObject({ credits: 175_000, shipCount: 2 });
  });

  it('stop the clock, step it, and let it go on from there', async () => {
    const { url } = await universe();
    const caller = new Caller(url);
    const now = async () => Date.parse((await caller.ask('GET', '/_control/clock')).body.now);
    await caller.control('clock', { frozen: true });
    const stopped = await now();
    expect(await now()).toBe(stopped);
    await caller.control('clock', { stepMs: 3_600_000 });
    expect(await now()).toBe(stopped + 3_600_000);
    await caller.control('clock', { frozen: false });
    expect(await now()).toBeGreaterThanOrEqual(stopped + 3_600_000);
    expect(await now()).toBeLessThan(stopped + 3_700_000);
  });

  it('set the supply of a market', async () => {
    const caller = await newGame();
    await caller.control(`markets/${home}/FOOD`, { supply: 'ABUNDANT' });
    const { tradeGoods } = await caller.data(`/systems/X1-HF01/waypoints/${home}/market`);
    expect(tradeGoods.find((each: { symbol: string }) => each.symbol === 'FOOD').supply).toBe('ABUNDANT');
    expect((await caller.control(`markets/${home}/IRON`, { supply: 'HIGH' })).status).toBe(404);
  });

  it('give a fleet at once, with symbols that go on', async () => {
    const { url } = await universe();
    const caller = new Caller(url);
    const { body } = await caller.control('fleet', {
      agent: 'FLEET',
      probes: 20,
      haulers: 2,
      credits: 5,
      at: 'X1-HF01-D5',
    });
    caller.token = body.token;
    expect(body.ships).toHaveLength(24);
    expect(body.ships.at(-1)).toMatchObject({ symbol: 'FLEET-18', nav: { waypointSymbol: 'X1-HF01-D5' } });
    expect(await caller.data('/my/agent')).toMatchObject({ credits: 5, shipCount: 24 });
    expect((await caller.control('fleet', { agent: 'FLEET', probes: 1 })).body.ships).toHaveLength(25);
    expect((await caller.control('fleet', { ships: { SHIP_OF_FOOLS: 1 } })).status).toBe(422);
  });

  it('tell every change in order, with who, what and when', async () => {
    const caller = await newGame();
    await caller.post('/my/ships/TESTER-1/dock');
    await caller.post('/my/ships/TESTER-1/orbit');
    await caller.post('/my/ships/TESTER-1/orbit');
    await caller.post(purchase, buy);
    const told = await caller.deeds();
    expect(told.map(({ action }) => action)).toEqual(['reset', 'clock', 'register', 'orbit']);
    expect(told.map(({ number }) => number)).toEqual([1, 2, 3, 4]);
    expect(told.at(-1)).toMatchObject({ ship: 'TESTER-1', at: expect.stringMatching(/Z$/) });
    expect((await caller.ask('GET', '/_control/journal?after=3')).body.mutations).toHaveLength(1);
  });
});

describe('the limit of calls', () => {
  it('lets 2 a second and 30 a minute through, for one address', async () => {
    const { url } = await universe({ rateLimit: true });
    const caller = new Caller(url);
    const answers = await Promise.all(Array.from({ length: 36 }, () => caller.get('/')));
    const refused = answers.filter(({ status }) => status === 429);
    expect(answers.length - refused.length).toBeGreaterThanOrEqual(32);
    expect(answers.length - refused.length).toBeLessThanOrEqual(34);
    const [last] = refused.slice(-1);
    expect(last?.body.error).toMatchObject({
      code: 429,
      data: { type: 'IP Address', limitBurst: 30, limitPerSecond: 2 },
    });
    for (const name of ['retry-after', 'x-ratelimit-reset', 'x-ratelimit-remaining', 'x-ratelimit-type']) {
      expect(last?.headers.get(name)).not.toBeNull();
    }
    expect(answers[0]?.headers.get('x-ratelimit-limit-burst')).toBe('30');
    expect((await caller.ask('GET', '/_control/clock')).status).toBe(200);
  });

  it('says that there is none where there is none, so that nobody holds back', async () => {
    const { url } = await universe({ rateLimit: false });
    const { headers } = await new Caller(url).get('/');
    for (const name of ['x-ratelimit-limit-per-second', 'x-ratelimit-limit-burst']) {
      expect(Number(headers.get(name))).toBeGreaterThanOrEqual(1_000_000);
    }
  });
});
