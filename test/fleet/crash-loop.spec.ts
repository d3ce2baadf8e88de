import { busy } from '../support/busy.js';
import { eventually } from '../support/eventually.js';
import { flyTwentyShips, type OneServerFleet } from './airborne.js';
import { everyoneMoves, shipsOf } from './everyone.js';
import { evidenceOf } from './inspection.js';
import { judge } from './judge/judge.js';

describe('a daemon that is killed four times within 20 s', () => {
  let flown: OneServerFleet;

  beforeAll(async () => {
    flown = await flyTwentyShips();
  }, 90_000);
  afterAll(() => flown.end(), 60_000);

  const attempts = async (): Promise<number> => {
    const { body } = await flown.servers.server.get('containers?limit=200');
    return (body.containers as { attempt: number }[]).reduce((sum, { attempt }) => sum + attempt, 0);
  };

  it('[A040, A047] takes everything over once each time, at the cost of no restart', async () => {
    const { stage, servers, plan, fleet } = flown;
    const startedAt = performance.now();
    await servers.kill();
    await servers.start();
    await servers.kill();
    // In the midst of taking over: some of it is done and some is not.
    await servers.launch();
    await eventually(async () => expect((await servers.server.get('/livez')).status).toBe(200), 20_000);
    const before = await eventually(attempts);
    await eventually(async () => expect(await attempts()).toBeGreaterThan(before), 3_000).catch(() => undefined);
    await servers.kill();
    await servers.launch();
    await servers.kill();
    expect(servers.kills).toBe(4);
    expect(performance.now() - startedAt).toBeLessThan(20_000 * busy());

    await servers.start();
    await everyoneMoves(stage.universe, shipsOf(plan), 20_000);
    const { body } = await servers.server.get('containers?limit=200');
    const live = body.containers as { status: string; restartCount: number; backOff: object | null }[];
    for (const each of live) expect(each).toMatchObject({ restartCount: 0, backOff: null });
    expect(live.length).toBeGreaterThanOrEqual(plan.tours.length);

    await fleet.end();
    const { findings } = judge(await evidenceOf(servers.server, stage.universe), fleet.orders, { alone: true });
    expect(findings).toEqual([]);
    expect(fleet.refusals).toEqual([]);
  }, 120_000);
});
