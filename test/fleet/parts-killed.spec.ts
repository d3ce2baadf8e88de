import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../support/eventually.js';
import { killEventStore, killPostgres, killUniverse } from '../support/parts.js';
import { freePort, scratchDirectory } from '../support/server-process.js';
import { setOut } from './airborne.js';
import { everyoneMoves, shipsOf } from './everyone.js';
import type { Fleet } from './fleet.js';
import { evidenceOf, oneSidedRows, verifyView } from './inspection.js';
import { judge } from './judge/judge.js';
import type { FleetPlan } from './plan.js';
import { flying } from './stage.js';
import { Servers } from './storm.js';
import { Universe } from './universe.js';

/** What docs/testing.md says. */
const fliesAgainWithinMs = 20_000;

describe('a server whose simulator, event store and PostgreSQL are killed while twenty ships fly', () => {
  const scratch = scratchDirectory();
  let servers: Servers;
  let universe: Universe;
  let plan: FleetPlan;
  let fleet: Fleet;

  beforeAll(async () => {
    const port = await freePort();
    servers = new Servers(scratch.path, {
      ...flying,
      HOLDFAST_UNIVERSE_PORT: String(port),
      HOLDFAST_UNIVERSE_TIME_FACTOR: '400',
      HOLDFAST_UNIVERSE_RATE_LIMIT: 'false',
    });
    await servers.start();
    const { symbol, token } = JSON.parse(readFileSync(join(scratch.path, 'universe', 'agent.json'), 'utf8')) as Agent;
    universe = new Universe(`http://127.0.0.1:${port}`, token);
    await universe.give({ agent: symbol, probes: 6, haulers: 8, credits: 900_000_000 });
    ({ plan, fleet } = await setOut(servers, universe));
  }, 90_000);
  afterAll(async () => {
    await servers.stop();
    scratch.remove();
  }, 60_000);

  const kill = { universe: killUniverse, 'event store': killEventStore, PostgreSQL: killPostgres };

  it.each<[string, readonly (keyof typeof kill)[]]>([
    ['the simulator', ['universe']],
    ['the event store', ['event store']],
    ['PostgreSQL', ['PostgreSQL']],
    ['all three at once', ['PostgreSQL', 'event store', 'universe']],
  ])(
    'flies again soon after the death of %s',
    async (_name, parts) => {
      for (const part of parts) kill[part](servers.server);
      await everyoneMoves(universe, shipsOf(plan), fliesAgainWithinMs);
      // It is ready without PostgreSQL too, and the next test kills the one that runs by then.
      await eventually(async () => {
        expect(await servers.server.get('/readyz')).toMatchObject({ status: 200, body: { database: 'up' } });
      }, fliesAgainWithinMs);
    },
    60_000,
  );

  it('flies again soon after its own death, with all its parts, and after that of its event store in the same moment', async () => {
    await servers.kill();
    await servers.start();
    await everyoneMoves(universe, shipsOf(plan), fliesAgainWithinMs);
    killEventStore(servers.server);
    killPostgres(servers.server);
    await servers.kill();
    await servers.start();
    await everyoneMoves(universe, shipsOf(plan), fliesAgainWithinMs);
  }, 90_000);

  it('has done nothing twice and lost nothing', async () => {
    expect(shipsOf(plan)).toHaveLength(20);
    await fleet.end();
    await verifyView(servers.server, 'fleet');
    const { findings, figures } = judge(await evidenceOf(servers.server, universe), fleet.orders, { alone: true });
    expect(findings).toEqual([]);
    expect(fleet.refusals).toEqual([]);
    expect(figures.purchases).toBeGreaterThan(0);
    await eventually(async () => expect(await oneSidedRows(servers.server.databaseUrl())).toEqual([]));
  }, 120_000);
});

interface Agent {
  readonly symbol: string;
  readonly token: string;
}
