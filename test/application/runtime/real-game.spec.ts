import { startUniverse, type RunningUniverse } from '../../../src/embedded/universe/server.js';
import { systemClock } from '../../../src/infrastructure/clock.js';
import { Caller } from '../../../src/infrastructure/game/caller.js';
import { RateLimiter } from '../../../src/infrastructure/game/rate-limiter.js';
import { SpaceTraders } from '../../../src/infrastructure/game/space-traders.js';
import { violationsOf } from '../../support/invariants.js';
import { Supervision, Theatre } from '../../support/operation-runs.js';
import { orderOf, tourOf } from '../../support/scenarios.js';

const unlimited = { calls: 1_000, windowMs: 1_000 };

/** The loop, the real client and the simulator over HTTP; only the log is in memory. */
describe('operations in the simulated universe', () => {
  let universe: RunningUniverse;
  let game: SpaceTraders;
  let probe: string;
  let hauler: string;
  let markets: readonly string[];
  let theatre: Theatre;

  const control = async (path: string, body?: object): Promise<never> => {
    const response = await fetch(`${universe.url}/_control/${path}`, {
      method: body ? 'POST' : 'GET',
      ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    return (await response.json()) as never;
  };
  const deeds = async (of: string): Promise<string[]> => {
    const { mutations } = (await control('journal')) as { mutations: { ship: string | null; action: string }[] };
    return mutations.flatMap(({ ship, action }) => (ship === of ? [action] : []));
  };
  const runtime = () => theatre.runtime(undefined, { game, clock: systemClock }, { outageDelaysMs: [20] });

  beforeEach(async () => {
    universe = await startUniverse({ port: 0, rateLimit: false, timeFactor: 3_000 });
    const { token } = (await control('fleet', { agent: 'TESTER', probes: 1, haulers: 1, credits: 500_000 })) as {
      token: string;
    };
    const limiter = new RateLimiter(systemClock, { steady: unlimited, burst: unlimited });
    const options = { baseUrl: `${universe.url}/v2`, token, timeoutMs: 2_000, retryDelaysMs: [5, 10, 20] };
    game = new SpaceTraders(new Caller(options, limiter, systemClock));
    const ships = await game.ships();
    probe = ships.find(({ role }) => role === 'SATELLITE')?.symbol ?? '';
    hauler = ships.find(({ cargo }) => cargo.capacity >= 40)?.symbol ?? '';
    markets = (await game.waypoints('X1-HF01'))
      .filter(({ traits, type }) => traits.includes('MARKETPLACE') && type !== 'FUEL_STATION')
      .map(({ symbol }) => symbol);
    theatre = new Theatre({ places: [], ships: [] }, systemClock.nowMs());
  });
  afterEach(async () => {
    await universe.stop();
    expect(violationsOf(await theatre.room.events())).toEqual([]);
  });

  it('fly a tour of three markets twice', async () => {
    const three = markets.slice(0, 3);
    const order = { ...tourOf(three, 2), ships: [probe], config: { params: { markets: three } } };
    const end = await runtime().run.run(await theatre.started(order), new Supervision());
    expect(end).toEqual({ type: 'completed' });
    const visited = (await theatre.all('ContainerIterationCompleted')).map((lap) => lap.visited as string[]);
    expect(visited.map((lap) => [...lap].sort())).toEqual([[...three].sort(), [...three].sort()]);
    const scans = await theatre.all('MarketScanned');
    expect(scans.map(({ goods }) => goods.length > 0)).toEqual([true, true, true, true, true, true]);
    const flown = (await deeds(probe)).filter((action) => action === 'navigate').length;
    expect(flown).toBeGreaterThanOrEqual(6);
    expect(await theatre.all('EffectObserved')).toHaveLength((await deeds(probe)).length);
  });

  it('buy here and sell there, with a tank that has to be filled, through lost answers', async () => {
    const here = (await game.ship(hauler)).nav.waypoint;
    const there = markets.find((market) => market !== here) ?? '';
    const { prices } = await game.market(here);
    const good = prices?.find((price) => price.good !== 'FUEL')?.good ?? '';
    await control('faults', { kind: 'lose-answer' });
    const buying = { ...orderOf('purchase', { good, units: 3 }), ships: [hauler], config: { good, units: 3 } };
    expect(await runtime().run.run(await theatre.started(buying), new Supervision())).toEqual({ type: 'completed' });
    expect((await theatre.all('ObligationIncurred')).reduce((sum, { units }) => sum + Number(units), 0)).toBe(3);
    const carrying = { ...orderOf('navigate', {}), ships: [hauler], config: { destination: there } };
    await theatre.completed((await theatre.room.container(buying.containerId))!);
    const flying = await theatre.started({
      ...carrying,
      takesOver: { containerId: buying.containerId },
      adoptsObligations: true,
    });
    expect(await runtime().run.run(flying, new Supervision())).toEqual({ type: 'completed' });
    expect((await game.ship(hauler)).nav.waypoint).toBe(there);
  });
});
