import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startUniverse, type RunningUniverse } from '../../../src/embedded/universe/server.js';
import {
  EraChanged,
  GameOutcomeUnknown,
  GameRefused,
  GameUnavailable,
  tellsOfNoShip,
} from '../../../src/application/ports/game.js';
import { systemClock } from '../../../src/infrastructure/clock.js';
import { Caller } from '../../../src/infrastructure/game/caller.js';
import { RateLimiter } from '../../../src/infrastructure/game/rate-limiter.js';
import { SpaceTraders } from '../../../src/infrastructure/game/space-traders.js';
import { freePort } from '../../support/server-process.js';

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

const unlimited = { calls: 1_000, windowMs: 1_000 };

describe('the game over its API', () => {
  let universe: RunningUniverse;
  let token: string;
  let ships: readonly string[];
  let game: SpaceTraders;

  beforeEach(async () => {
    universe = await startUniverse({ port: 0, rateLimit: false, timeFactor: 3_000 });
    const fleet = (await control('fleet', { agent: 'TESTER', probes: 1, haulers: 1 })) as Fleet;
    token = fleet.token;
    ships = fleet.ships.map(({ symbol }) => symbol);
    game = clientOf(universe.url, token);
  });
  afterEach(() => universe.stop());

  it('tells whoever watches how each call ended, and how long it waited for its turn', async () => {
    const codes: string[] = [];
    const waits: number[] = [];
    const watch = { ended: (code: string) => void codes.push(code), waited: (ms: number) => void waits.push(ms) };
    const connect = (url: string, timeoutMs: number) => {
      const limiter = new RateLimiter(systemClock, {
        steady: { calls: 1, windowMs: 200 },
        burst: { calls: 0, windowMs: 1 },
      });
      const options = { baseUrl: `${url}/v2`, token, timeoutMs, retryDelaysMs: [] };
      return new SpaceTraders(new Caller(options, limiter, systemClock, watch));
    };
    const watched = connect(universe.url, 2_000);
    await control('faults', { kind: 'slow', path: '/v2/my/agent', delayMs: 150 });
    const second = expect(Promise.all([watched.agent(), watched.ship('NOBODY-1')]));
    await second.rejects.toBeInstanceOf(GameRefused);
    expect(codes.sort()).toEqual(['200', '404']);
    expect(waits[0]).toBeLessThan(100);
    expect(waits[1]).toBeGreaterThan(50);
    const nowhere = connect(`http://127.0.0.1:${await freePort()}`, 2_000);
    await expect(nowhere.agent()).rejects.toBeInstanceOf(GameUnavailable);
    expect(codes.at(-1)).toBe('no_connection');
  });

  interface Fleet {
    token: string;
    ships: { symbol: string }[];
  }

  function clientOf(url: string, bearer: string | undefined, timeoutMs = 2_000): SpaceTraders {
    const limiter = new RateLimiter(systemClock, { steady: unlimited, burst: unlimited });
    const options = { baseUrl: `${url}/v2`, token: bearer, timeoutMs, retryDelaysMs: [5, 10, 20] };
    return new SpaceTraders(new Caller(options, limiter, systemClock));
  }

  async function control(path: string, body: object): Promise<unknown> {
    const response = await fetch(`${universe.url}/_control/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(response.status).toBeLessThan(300);
    return response.json();
  }

  async function changes(action: string): Promise<number> {
    const response = await fetch(`${universe.url}/_control/journal`);
    const { mutations } = (await response.json()) as { mutations: { action: string }[] };
    return mutations.filter((each) => each.action === action).length;
  }

  /** A hauler docked where something is sold, and what. */
  async function atMarket() {
    const all = await game.ships();
    const hauler = all.find(({ cargo, role }) => cargo.capacity > 0 && role !== 'COMMAND') ?? all[0];
    if (!hauler) throw new Error('no ship');
    await game.dock(hauler.symbol);
    const market = await game.market(hauler.nav.waypoint);
    const price = market.prices?.find(({ good }) => good !== 'FUEL');
    if (!price) throw new Error('nothing is sold here');
    return { ship: hauler.symbol, waypoint: hauler.nav.waypoint, price };
  }

  it('tells the era, the agent, every ship and every waypoint, page by page', async () => {
    expect((await game.status()).era).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(await game.agent()).toMatchObject({ symbol: 'TESTER', credits: expect.any(Number) });
    const fleet = await game.ships();
    expect(fleet.map(({ symbol }) => symbol).toSorted()).toEqual([...ships].toSorted());
    const probe = fleet.find(({ role }) => role === 'SATELLITE');
    expect(probe).toMatchObject({ fuel: { capacity: 0 }, cargo: { units: 0, inventory: [] } });
    expect(await game.ship(ships[0] ?? '')).toEqual(fleet.find(({ symbol }) => symbol === ships[0]));
    const waypoints = await game.waypoints('X1-HF01');
    expect(waypoints.length).toBeGreaterThan(40);
    expect(new Set(waypoints.map(({ symbol }) => symbol)).size).toBe(waypoints.length);
    expect(waypoints.some(({ traits }) => traits.includes('MARKETPLACE'))).toBe(true);
  });

  it('shows prices only where a ship is', async () => {
    const { waypoint } = await atMarket();
    const here = await game.market(waypoint);
    expect(here.prices?.[0]).toMatchObject({ good: expect.any(String), tradeVolume: expect.any(Number) });
    const taken = (await game.ships()).map(({ nav }) => nav.waypoint);
    const elsewhere = (await game.waypoints('X1-HF01')).find(
      ({ symbol, traits }) => !taken.includes(symbol) && traits.includes('MARKETPLACE'),
    );
    expect(await game.market(elsewhere?.symbol ?? '')).toMatchObject({ prices: null, transactions: [] });
  });

  it('flies, and says when it arrives', async () => {
    const [probe] = (await game.ships()).filter(({ role }) => role === 'SATELLITE');
    const to = (await game.waypoints('X1-HF01')).find(({ symbol }) => symbol !== probe?.nav.waypoint);
    const ship = probe?.symbol ?? '';
    await game.orbit(ship);
    const { nav } = await game.navigate(ship, to?.symbol ?? '');
    expect(nav).toMatchObject({ status: 'IN_TRANSIT', destination: { symbol: to?.symbol } });
    expect(nav.arrivalMs).toBeGreaterThan(Date.now() - 1_000);
    await expect(game.navigate(ship, probe?.nav.waypoint ?? '')).rejects.toMatchObject({
      name: 'GameRefused',
      code: 4214,
      kind: 'wait',
      untilMs: nav.arrivalMs,
    });
  });

  it('buys, sells, refuels, throws away and buys ships, and each answer says what changed', async () => {
    const { ship, price } = await atMarket();
    const bought = await game.purchase(ship, price.good, 2);
    expect(bought).toMatchObject({
      cargo: { units: 2, inventory: [{ good: price.good, units: 2 }] },
      transaction: { ship, good: price.good, type: 'PURCHASE', units: 2 },
    });
    expect((await game.agent()).credits).toBe(bought.credits);
    expect((await game.sell(ship, price.good, 1)).transaction.type).toBe('SELL');
    expect(await game.jettison(ship, price.good, 1)).toMatchObject({ units: 0, inventory: [] });
  });

  it('does not send a change after its time', async () => {
    const { ship, price } = await atMarket();
    const late = game.purchase(ship, price.good, 1, { sendBeforeMs: systemClock.monotonicMs() - 1 });
    await expect(late).rejects.toThrow(GameUnavailable);
    expect(await changes('purchase')).toBe(0);
    await game.purchase(ship, price.good, 1, { sendBeforeMs: systemClock.monotonicMs() + 60_000 });
    expect(await changes('purchase')).toBe(1);
  });

  it('tells what a refusal means for whoever asked', async () => {
    const { ship, price } = await atMarket();
    const refused = (run: Promise<unknown>) =>
      run.then(
        () => undefined,
        (error: GameRefused) => error,
      );
    expect(await refused(game.purchase(ship, 'NO_SUCH_GOOD', 1))).toMatchObject({
      name: 'GameRefused',
      kind: 'permanent',
    });
    expect(await refused(game.sell(ship, price.good, 1))).toMatchObject({ kind: 'reconcile' });
    await game.orbit(ship);
    expect(await refused(game.purchase(ship, price.good, 1))).toMatchObject({ code: 4244, kind: 'reconcile' });
    expect(await refused(game.ship('NOBODY-1'))).toMatchObject({ code: 404, kind: 'permanent' });
  });

  it('takes a ship for missing only where the game itself says so', async () => {
    const missing = (run: Promise<unknown>) => run.then(() => undefined, tellsOfNoShip);
    expect(await missing(game.ship('NOBODY-1'))).toBe(true);
    expect(await missing(clientOf(universe.url, 'no-such-token').ship(ships[0] ?? ''))).toBe(false);
    const elsewhere = createServer((_request, response) => void response.writeHead(404).end('<h1>Not Found</h1>'));
    const url = await listening(elsewhere);
    try {
      expect(await missing(clientOf(url, token).ship(ships[0] ?? ''))).toBe(false);
    } finally {
      await closed(elsewhere);
    }
  });

  it('sends a change once: an answer that was lost is an outcome nobody knows', async () => {
    const { ship, price } = await atMarket();
    await control('faults', { kind: 'lose-answer', method: 'POST', path: '/v2/my/ships/*/purchase' });
    await expect(game.purchase(ship, price.good, 1)).rejects.toThrow(GameOutcomeUnknown);
    expect(await changes('purchase')).toBe(1);
    expect((await game.ship(ship)).cargo.units).toBe(1);

    await control('faults', { kind: 'error-before', method: 'POST', path: '/v2/my/ships/*/purchase' });
    await expect(game.purchase(ship, price.good, 1)).rejects.toThrow(GameOutcomeUnknown);
    await control('faults', { kind: 'error-after', method: 'POST', path: '/v2/my/ships/*/purchase' });
    await expect(game.purchase(ship, price.good, 1)).rejects.toThrow(GameOutcomeUnknown);
    expect(await changes('purchase')).toBe(2);
  });

  it('repeats a question, and what is one when done twice, until it is answered', async () => {
    const { ship } = await atMarket();
    await control('faults', { kind: 'error-before', times: 3 });
    expect((await game.agent()).symbol).toBe('TESTER');
    await control('faults', { kind: 'lose-answer', method: 'POST', path: '/v2/my/ships/*/orbit' });
    expect((await game.orbit(ship)).status).toBe('IN_ORBIT');
    await control('faults', { kind: 'error-before', times: 4 });
    await expect(game.agent()).rejects.toThrow(GameUnavailable);
  });

  it('does not know the outcome of what was repeated without an answer, whatever the last try was told', async () => {
    const { ship } = await atMarket();
    const orbit = { method: 'POST', path: '/v2/my/ships/*/orbit' };
    await control('faults', { kind: 'lose-answer', ...orbit });
    await control('faults', { kind: 'error-before', times: 3, ...orbit });
    await expect(game.orbit(ship)).rejects.toThrow(GameOutcomeUnknown);
    expect((await game.ship(ship)).nav.status).toBe('IN_ORBIT');

    await control('faults', { kind: 'slow', delayMs: 400, ...orbit });
    const hasty = clientOf(universe.url, token, 150);
    const late = hasty.orbit(ship, { sendBeforeMs: systemClock.monotonicMs() + 100 });
    await expect(late).rejects.toThrow(GameOutcomeUnknown);
    await expect(late).rejects.toThrow('its turn came too late');
  });

  it('does not know the outcome of what was cut off and then refused', async () => {
    let calls = 0;
    const moody = createServer((request, response) => {
      if (++calls === 1) return request.socket.destroy();
      const error = { message: 'The token is not one of this server.', code: 4104 };
      return response.writeHead(401).end(JSON.stringify({ error }));
    });
    const url = await listening(moody);
    try {
      await expect(clientOf(url, token).dock('SHIP-1')).rejects.toThrow(GameOutcomeUnknown);
      expect(calls).toBe(2);
      await expect(clientOf(url, token).dock('SHIP-1')).rejects.toThrow(GameRefused);
    } finally {
      await closed(moody);
    }
  });

  it('waits when it called too often, with headers and without, and makes the change exactly once', async () => {
    const { ship, price } = await atMarket();
    await control('faults', { kind: 'rate-limit', times: 2, method: 'POST' });
    await game.purchase(ship, price.good, 1);
    expect(await changes('purchase')).toBe(1);
  }, 20_000);

  it('waits for a slow answer only so long', async () => {
    const { ship, price } = await atMarket();
    const hasty = clientOf(universe.url, token, 150);
    await control('faults', { kind: 'slow', delayMs: 1_000, method: 'POST', path: '/v2/my/ships/*/purchase' });
    await expect(hasty.purchase(ship, price.good, 1)).rejects.toThrow(/no answer within 150 ms/);
  });

  it('stops when the universe was reset', async () => {
    await control('reset', {});
    await expect(game.agent()).rejects.toThrow(EraChanged);
    await expect(game.orbit(ships[0] ?? '')).rejects.toThrow(EraChanged);
  });

  it('has done nothing where nobody answers, and never says its token', async () => {
    const nowhere = clientOf(`http://127.0.0.1:${await freePort()}`, token);
    const failure = await nowhere.purchase(ships[0] ?? '', 'FUEL', 1).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(GameUnavailable);
    const stranger = clientOf(universe.url, 'no-such-token-at-all');
    const refusal = await stranger.agent().catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(GameRefused);
    for (const error of [failure, refusal]) {
      expect(JSON.stringify([error, String(error)])).not.toContain(token);
      expect(JSON.stringify([error, String(error)])).not.toContain('no-such-token');
    }
  });

  it('stops waiting when it is told to', async () => {
    const enough = new AbortController();
    await control('faults', { kind: 'slow', delayMs: 1_500, method: 'GET' });
    const asked = game.agent({ signal: enough.signal });
    setTimeout(() => enough.abort(new Error('enough')), 50);
    await expect(asked).rejects.toThrow('enough');
  });
});
