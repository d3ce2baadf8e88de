import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { holdfast } from '../infrastructure/cli/holdfast.js';
import { busy } from '../support/busy.js';
import { viewsOfTheRun } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import type { HttpAnswer } from '../support/http.js';
import { scratchDirectory, startServer, type ServerProcess } from '../support/server-process.js';

interface Ship {
  readonly symbol: string;
  readonly nav: { readonly systemSymbol: string; readonly waypointSymbol: string; readonly status: string };
  readonly cargo: { readonly capacity: number; readonly units: number };
  readonly fuel: { readonly capacity: number };
}

describe('what a ship is ordered to do, in a simulated universe', () => {
  const scratch = scratchDirectory();
  let server: ServerProcess;
  let fleet: Ship[];

  beforeAll(async () => {
    const settings = { HOLDFAST_GAME: 'true', HOLDFAST_FIRST_TOURS: 'false', HOLDFAST_UNIVERSE_TIME_FACTOR: '30' };
    server = await startServer(scratch.path, { ...(await viewsOfTheRun()), ...settings });
    fleet = (await game('my/ships')) as Ship[];
    await eventually(async () => expect((await server.get('players')).body.players).toHaveLength(1));
  }, 90_000);
  afterAll(async () => {
    await server.stop();
    scratch.remove();
  }, 60_000);

  async function game(path: string): Promise<unknown> {
    const [, url] = /Game {5}(\S+)/.exec(server.output()) ?? [];
    const { token } = JSON.parse(readFileSync(join(scratch.path, 'universe', 'agent.json'), 'utf8'));
    return eventually(async () => {
      const response = await fetch(`${url}/${path}`, { headers: { authorization: `Bearer ${token}` } });
      expect(response.status).toBe(200);
      return ((await response.json()) as { data: unknown }).data;
    });
  }
  const order = (ship: string, deed: string, body: object = {}, of: number | string = 1) =>
    server.post(`players/${of}/ships/${ship}/${deed}`, body);
  const container = async (id: string) => (await server.get(`containers/${id}`)).body.container;
  const reaches = (id: string, status: string, withinMs = 25_000) =>
    eventually(async () => expect(await container(id)).toMatchObject({ status }), withinMs, 100);
  const done = async (ship: string, deed: string, body: object = {}) => {
    const { status, body: began } = await order(ship, deed, body);
    expect({ status, began }).toMatchObject({ status: 201 });
    await reaches(began.container.id, 'COMPLETED');
    return began.container.id as string;
  };
  const hauler = () => fleet.findLast(({ cargo, fuel }) => cargo.capacity > 0 && fuel.capacity > 0)!;
  const probes = () => fleet.filter(({ fuel }) => fuel.capacity === 0);
  const market = async (not: string) => {
    const { systemSymbol } = fleet[0]!.nav;
    const waypoints = (await game(`systems/${systemSymbol}/waypoints?limit=20`)) as {
      symbol: string;
      traits: { symbol: string }[];
    }[];
    return waypoints.find((each) => each.symbol !== not && each.traits.some((t) => t.symbol === 'MARKETPLACE'))!.symbol;
  };
  const errors = async (id: string) =>
    ((await server.get(`containers/${id}/logs?level=error`)).body.lines as { text: string }[]).map(({ text }) => text);

  it('[A267a, A267c] answers with its container within 100 ms, one each for three ships', async () => {
    const to = await market(probes()[0]!.nav.waypointSymbol);
    await order(probes()[0]!.symbol, 'orbit');
    const three = probes().slice(0, 3);
    expect(three).toHaveLength(3);
    await eventually(async () => {
      const { body } = await server.get(`players/1/ships/${three[0]!.symbol}`);
      expect(body.ship).toMatchObject({ status: 'idle' });
    });
    const began: { status: number; body: HttpAnswer['body']; symbol: string; tookMs: number }[] = [];
    for (const { symbol } of three) {
      const askedAt = performance.now();
      const { status, body } = await order(symbol, 'navigate', { destination: to });
      began.push({ status, body, symbol, tookMs: performance.now() - askedAt });
    }
    for (const { status, body, symbol } of began) {
      expect(status).toBe(201);
      expect(body.container).toMatchObject({
        player: 1,
        type: 'NAVIGATE',
        runner: 'daemon',
        live: true,
        metadata: { ship_symbol: symbol, destination: to },
      });
    }
    expect(Math.min(...began.map(({ tookMs }) => tookMs))).toBeLessThan(100 * busy());
    const ids = began.map(({ body }) => body.container.id as string);
    expect(new Set(ids).size).toBe(3);
    const { body: listed } = await server.get(`containers?all=true&minPosition=${began.at(-1)!.body.position}`);
    expect(listed.containers.map(({ id }: { id: string }) => id)).toEqual(expect.arrayContaining(ids));
    for (const id of ids) await server.post(`containers/${id}/stop`, {});
  });

  it('goes on with what a ship owes, one order after another', async () => {
    const { symbol, nav } = hauler();
    await done(symbol, 'dock');
    const here = (await game(`systems/${nav.systemSymbol}/waypoints/${nav.waypointSymbol}/market`)) as {
      tradeGoods: { symbol: string }[];
    };
    const good = here.tradeGoods.find((each) => each.symbol !== 'FUEL')!.symbol;
    await done(symbol, 'purchase', { good, units: 2 });
    const { body: why } = await server.get(`players/1/ships/${symbol}/why`);
    expect(JSON.stringify(why)).toContain(good);
    await done(symbol, 'orbit');
    await done(symbol, 'jettison', { good });
    await eventually(async () => {
      expect((await server.get(`players/1/ships/${symbol}`)).body.ship).toMatchObject({ status: 'idle' });
    });
    expect(((await game(`my/ships/${symbol}`)) as Ship).cargo.units).toBe(0);
  }, 60_000);

  it('[A346a, A346c, A346f] takes the player by number or by agent, by one rule for every order', async () => {
    const { symbol } = probes()[0]!;
    for (const [deed, body] of [
      ['navigate', { destination: probes()[0]!.nav.waypointSymbol }],
      ['dock', {}],
      ['orbit', {}],
      ['refuel', {}],
    ] as const) {
      expect(await order(symbol, deed, body, 'NOBODY')).toMatchObject({
        status: 404,
        body: { code: 'unknown-agent', detail: expect.stringContaining('failed to resolve agent symbol NOBODY') },
      });
      expect(await order(symbol, deed, body, 0)).toMatchObject({
        status: 422,
        body: { detail: 'either player_id or agent_symbol must be provided' },
      });
      await eventually(async () => {
        const { status, body: began } = await order(symbol, deed, body, 'HOLDFAST');
        expect({ status, player: began.container?.player }).toEqual({ status: 201, player: 1 });
      }, 20_000);
    }
  }, 60_000);

  it('[A082, A086] is refused at once where it names a place that the system has not, and in what', async () => {
    const probe = probes()[1]!.symbol;
    const { systemSymbol } = fleet[0]!.nav;
    // The first one may find the chart still being read.
    await eventually(async () => {
      expect(await order(probe, 'navigate', { destination: 'INVALID-WAYPOINT' })).toMatchObject({
        status: 422,
        body: {
          code: 'unknown-waypoint',
          detail: `navigate: system ${systemSymbol}, where the ship is, has no waypoint INVALID-WAYPOINT`,
        },
      });
    }, 20_000);
    const tour = await server.post('containers', {
      player: 1,
      ships: [probe],
      runner: 'daemon',
      type: 'SCOUT_TOUR',
      config: { command_type: 'ScoutTourCommand', params: { system: systemSymbol, markets: ['INVALID-MARKET'] } },
    });
    expect(tour).toMatchObject({
      status: 422,
      body: { code: 'unknown-waypoint', detail: expect.stringMatching(/^scout-tour: .*INVALID-MARKET/) },
    });
  }, 30_000);

  it('is refused for a ship that the game has not, which no list of ships has then', async () => {
    expect(await order('GHOST-1', 'dock')).toMatchObject({
      status: 404,
      body: { code: 'unknown-ship', detail: expect.stringContaining('GHOST-1') },
    });
    const { code, stderr } = await holdfast(['ship', 'dock', 'GHOST-1', '--player', '1'], { url: server.url });
    expect({ code, stderr }).toMatchObject({ code: 3, stderr: expect.stringContaining('GHOST-1') });
    expect(await order(probes()[1]!.symbol, 'dock', {}, 7)).toMatchObject({
      status: 422,
      body: { code: 'ships-of-another' },
    });
    const { body } = await server.get('ships?status=active,reserved,idle');
    expect(body.ships.map((each: { symbol: string }) => each.symbol)).not.toContain('GHOST-1');
    expect(body.ships).not.toEqual([]);
  });

  it('[A085] keeps why an order failed as an ERROR line of its container', async () => {
    const { symbol, nav } = hauler();
    const waypoints = (await game(`systems/${nav.systemSymbol}/waypoints?limit=20`)) as {
      symbol: string;
      type: string;
      traits: { symbol: string }[];
    }[];
    const barren = waypoints.find(({ type, traits }) => {
      return type !== 'FUEL_STATION' && !traits.some((trait) => trait.symbol === 'MARKETPLACE');
    })!;
    const { body: refuelling } = await order(symbol, 'refuel', { waypoint: barren.symbol });
    await reaches(refuelling.container.id, 'FAILED', 45_000);
    expect(await errors(refuelling.container.id)).toEqual([expect.stringMatching(/refuel/)]);
  }, 90_000);

  it('is refused while somebody has the ship, by name, and reads are not', async () => {
    const { symbol } = probes()[2]!;
    await eventually(async () => {
      expect((await server.post(`players/1/ships/${symbol}/lease`, { holder: 'agent-7' })).status).toBe(200);
    });
    const refused = await order(symbol, 'dock');
    expect(refused).toMatchObject({ status: 409, body: { code: 'lease-held', currentHolder: { id: 'agent-7' } } });
    expect(await server.get(`players/1/ships/${symbol}`)).toMatchObject({ status: 200 });
    const { code, stderr } = await holdfast(['ship', 'dock', symbol, '--agent', 'HOLDFAST'], { url: server.url });
    expect({ code, stderr }).toMatchObject({ code: expect.any(Number), stderr: expect.stringContaining('agent-7') });
    expect(code).not.toBe(0);
  });

  it('is told by the command too', async () => {
    const { symbol } = probes()[0]!;
    const { code, stdout } = await eventually(async () => {
      const ended = await holdfast(['ship', 'orbit', symbol, '--player', '1', '--json'], { url: server.url });
      expect(ended.code).toBe(0);
      return ended;
    }, 20_000);
    expect(code).toBe(0);
    const { container: began } = JSON.parse(stdout);
    await reaches(began.id, 'COMPLETED');
    const navigate = ['ship', 'navigate', symbol, ((await game(`my/ships/${symbol}`)) as Ship).nav.waypointSymbol];
    expect((await holdfast(navigate, { url: server.url })).stdout).toMatch(/^\S+: navigate-\S+ is begun\. See: /);
  }, 60_000);
});
