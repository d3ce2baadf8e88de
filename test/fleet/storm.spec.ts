import { eventually } from '../support/eventually.js';
import { flyTwentyShips, type OneServerFleet } from './airborne.js';
import { everyoneMoves, shipsOf } from './everyone.js';
import { evidenceOf, holders, oneSidedRows, verifyView } from './inspection.js';
import { judge } from './judge/judge.js';
import { armLateChanges, armMishap, between, quantile, wait } from './storm.js';

const kills = Number(process.env['HOLDFAST_FLEET_KILLS'] ?? 5);
/** Of the servers that live after they are ready. */
const longestLifeMs = 1_500;
const fliesAgainWithinMs = 20_000;

describe(`twenty ships, touring and trading, whose daemon is killed ${kills} times`, () => {
  let flown: OneServerFleet;

  beforeAll(async () => {
    flown = await flyTwentyShips();
  }, 90_000);
  afterAll(() => flown.end(), 60_000);

  it('flies on after each of them', async () => {
    const { stage, servers, plan } = flown;
    expect(plan.tours.length + plan.trades.length).toBe(20);
    for (let kill = 1; kill <= kills; kill += 1) {
      if (kill % 2 === 0) await armLateChanges(stage.universe);
      await armMishap(stage.universe, kill);
      await wait(between(0, longestLifeMs));
      await servers.kill();
      const isKilledComingUp = kill % 4 === 3;
      if (isKilledComingUp) {
        await servers.launch();
        await wait(between(0, longestLifeMs * 2));
        await servers.kill();
        kill += 1;
      }
      const isStoppedComingUp = kill % 4 === 1;
      if (isStoppedComingUp) {
        await servers.launch();
        await wait(between(longestLifeMs, longestLifeMs * 3));
        await servers.stop();
      }
      await servers.start();
    }
    expect(servers.kills).toBeGreaterThanOrEqual(kills);
    await stage.universe.clearFaults();
    await everyoneMoves(stage.universe, shipsOf(plan), fliesAgainWithinMs);
  }, 600_000);

  it('[A040] has every ship in one hand, in the log, in the API and in the views', async () => {
    const { servers, plan } = flown;
    const held = await eventually(async () => {
      const { log, api } = await holders(servers.server);
      expect(api).toEqual(log);
      return log;
    });
    for (const { ship } of plan.tours) {
      expect(held.filter((each) => each.startsWith(`ship-1.${ship} `))).toHaveLength(1);
    }
    await eventually(async () => expect(await oneSidedRows(servers.server.databaseUrl())).toEqual([]));
  }, 30_000);

  it('[A047, A283] did nothing twice and lost nothing', async () => {
    const { stage, servers, fleet } = flown;
    await fleet.end();
    await verifyView(servers.server, 'fleet');
    const { findings, figures } = judge(await evidenceOf(servers.server, stage.universe), fleet.orders, {
      alone: true,
    });
    expect(findings).toEqual([]);
    expect(fleet.refusals).toEqual([]);
    expect(figures.purchases).toBeGreaterThan(0);
    expect(figures.settledAfterDeath).toBeGreaterThan(0);
    expect(await oneSidedRows(servers.server.databaseUrl())).toEqual([]);
    if (process.env['HOLDFAST_FLEET_KILLS'] !== undefined) {
      const { readyAfterMs } = servers;
      const ready = [0.5, 0.99].map((share) => Math.round(quantile(readyAfterMs, share)));
      console.log(JSON.stringify({ kills: servers.kills, ...figures, readyP50Ms: ready[0], readyP99Ms: ready[1] }));
    }
  }, 120_000);
});
