import { join } from 'node:path';
import type { RecordedEvent } from '../../src/application/ports/event-store.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { busy } from '../support/busy.js';
import { eventually } from '../support/eventually.js';
import { scratchDirectory } from '../support/server-process.js';
import { wholeLog } from '../support/whole-log.js';
import { setOut } from './airborne.js';
import type { Door } from './asking.js';
import { everyoneMoves, shipsOf } from './everyone.js';
import type { Fleet } from './fleet.js';
import { evidenceOf, oneSidedRows } from './inspection.js';
import { judge } from './judge/judge.js';
import type { FleetPlan } from './plan.js';
import { setStage, startOwn, type OwnProcess, type Stage } from './stage.js';
import { armLateChanges, armMishap, between, Servers, wait } from './storm.js';

/** More of them by hand: `HOLDFAST_FLEET_ROUNDS=30`. */
const rounds = Number(process.env['HOLDFAST_FLEET_ROUNDS'] ?? 2);
const ttlMs = 4_000;
const lookingEveryMs = 300;
/** The project's promise for a dead holder: one and a half times to live, and a look. */
const adoptedWithinMs = 1.5 * ttlMs + lookingEveryMs;

function tell(fate: string, tookMs: number): number {
  if (process.env['HOLDFAST_FLEET_ROUNDS'] !== undefined)
    console.log(`${fate}: taken over after ${tookMs.toFixed(0)} ms`);
  return tookMs;
}

/* eslint-disable @typescript-eslint/no-explicit-any -- events are read as they lie in the log */

describe('two daemons over one log, one database and one game', () => {
  const scratch = scratchDirectory();
  let stage: Stage;
  let log: OwnProcess;
  let database: TestDatabase;
  let one: Servers;
  let other: Servers;
  let plan: FleetPlan;
  let fleet: Fleet;
  /** Where the fleet is commanded from. */
  const door: { server: Door['server'] } = { server: undefined as never };

  beforeAll(async () => {
    stage = await setStage(400);
    log = await startOwn('eventstore', ['--data', join(scratch.path, 'log'), '--port', '0', '--no-batch-append']);
    database = await createTestDatabase();
    const settings = {
      ...stage.settings,
      EVENTSTORE_URL: log.listening.connectionString ?? '',
      DATABASE_URL: database.url,
      HOLDFAST_DAEMON_TTL_MS: String(ttlMs),
      HOLDFAST_DAEMON_RENEW_MS: '500',
      HOLDFAST_MONITOR_INTERVAL_MS: String(lookingEveryMs),
      HOLDFAST_AMNESTY_MS: '4000',
    };
    one = new Servers(join(scratch.path, 'one'), settings);
    other = new Servers(join(scratch.path, 'other'), settings);
    await Promise.all([one.start(), other.start()]);
    door.server = one.server;
    ({ plan, fleet } = await setOut(door, stage.universe));
  }, 120_000);
  afterAll(async () => {
    await one.stop();
    await other.stop();
    await log.stop();
    await database.drop();
    await stage.remove();
    scratch.remove();
  }, 60_000);

  const started = async (): Promise<readonly RecordedEvent[]> =>
    (await wholeLog(door.server)).filter(({ type }) => type === 'ContainerStarted');
  /** Who runs what, as the log has it: the views may be kept by the one that stands still. */
  const runners = async (): Promise<ReadonlyMap<string, { daemon: string; attempt: number; token: number }>> =>
    new Map(
      (await started())
        .map(({ data }) => data as any)
        .map(({ containerId, daemon, attempt, leases: [{ token }] }) => [containerId, { daemon, attempt, token }]),
    );
  const daemonOf = async (tour: string): Promise<string> => (await runners()).get(tour)?.daemon ?? '';
  const tours = () => plan.tours.map(({ ship }) => `tour-${ship}`);

  /** Resolves when every tour has another daemon than this one; gives how long that took. */
  const allLeft = async (daemon: string): Promise<number> => {
    const startedAt = performance.now();
    await eventually(
      async () => {
        const now = await runners();
        expect(tours().filter((tour) => now.get(tour)?.daemon === daemon)).toEqual([]);
      },
      adoptedWithinMs * 2 * busy(),
    );
    return performance.now() - startedAt;
  };

  it('[A040, A298] takes over what a killed daemon ran, once, under new tokens, in time', async () => {
    const before = await runners();
    const dead = await daemonOf(tours()[0]!);
    door.server = other.server;
    await one.kill();
    expect(tell('killed', await allLeft(dead))).toBeLessThan(adoptedWithinMs * busy());
    const after = await runners();
    for (const tour of tours()) {
      const [was, is] = [before.get(tour)!, after.get(tour)!];
      expect(is.attempt).toBe(was.attempt + 1);
      expect(is.token).toBeGreaterThan(was.token);
    }
    await everyoneMoves(stage.universe, shipsOf(plan), 20_000);
  }, 60_000);

  it('takes over what a daemon ran that stands still, and leaves that one no way back', async () => {
    await one.start();
    const frozen = await daemonOf(tours()[0]!);
    door.server = one.server;
    // Answers wait for it when it wakes: it is in the midst of many calls.
    await stage.universe.arm({ kind: 'slow', method: 'POST', path: '/v2/my/ships/*', delayMs: 1_500, times: 12 });
    const { length: before } = await stage.universe.journal();
    await eventually(async () => expect((await stage.universe.journal()).length).toBeGreaterThanOrEqual(before + 12));
    process.kill(other.server.pid, 'SIGSTOP');
    try {
      expect(tell('frozen', await allLeft(frozen))).toBeLessThan(adoptedWithinMs * busy());
    } finally {
      process.kill(other.server.pid, 'SIGCONT');
    }
    const { length } = await started();
    await everyoneMoves(stage.universe, shipsOf(plan), 20_000);
    await eventually(async () => expect((await other.server.get('/readyz')).status).toBe(200));
    const since = (await started()).slice(length).map(({ data }) => data as any);
    expect(since.filter(({ containerId }) => tours().includes(containerId as string))).toEqual([]);
    expect(since.filter(({ daemon }) => daemon === frozen)).toEqual([]);
  }, 60_000);

  /** One of them, or both, and what befalls it; resolves when it is back. */
  const befall = async (
    what: 'killed' | 'stopped' | 'frozen' | 'both killed',
    [victim, spared]: readonly [Servers, Servers],
  ) => {
    door.server = spared.server;
    if (what === 'frozen') {
      const { pid } = victim.server;
      process.kill(pid, 'SIGSTOP');
      await wait(between(500, 2 * ttlMs)).finally(() => process.kill(pid, 'SIGCONT'));
      return;
    }
    if (what === 'both killed') await Promise.all([victim.kill(), spared.kill()]);
    else if (what === 'killed') await victim.kill();
    else await victim.stop();
    await wait(between(0, 1_500));
    if (what === 'both killed') {
      await spared.start();
      door.server = spared.server;
    }
    await victim.start();
  };

  it('goes on whatever befalls either of them', async () => {
    const fates = ['killed', 'frozen', 'stopped', 'both killed'] as const;
    for (let round = 0; round < rounds; round += 1) {
      await armMishap(stage.universe, round);
      await armLateChanges(stage.universe);
      await wait(between(0, 1_500));
      await befall(fates[round % fates.length]!, round % 8 < 4 ? [one, other] : [other, one]);
    }
    await stage.universe.clearFaults();
    await everyoneMoves(stage.universe, shipsOf(plan), 40_000);
  }, 900_000);

  it('has done nothing twice and lost nothing', async () => {
    await fleet.end();
    const { findings, figures } = judge(await evidenceOf(door.server, stage.universe), fleet.orders, { alone: false });
    expect(findings).toEqual([]);
    expect(fleet.refusals).toEqual([]);
    expect(figures.settledAfterDeath).toBeGreaterThan(0);
    await eventually(async () => expect(await oneSidedRows(database.url)).toEqual([]));
  }, 60_000);
});
