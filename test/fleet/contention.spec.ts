import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { busy } from '../support/busy.js';
import { eventually } from '../support/eventually.js';
import { holdersIn } from '../support/invariants.js';
import { scratchDirectory } from '../support/server-process.js';
import { wholeLog } from '../support/whole-log.js';
import { untilAnswered } from './asking.js';
import { Field, openFence, programsHere, type Contender, type Program } from './contention/field.js';
import { judgeContention, type Account } from './contention/judge.js';
import { planFor } from './plan.js';
import { setStage } from './stage.js';
import { between, Servers, wait } from './storm.js';

const seconds = Number(process.env['HOLDFAST_CONTENTION_SECONDS'] ?? 15);
const ttlMs = 1_500;
const shipsInDispute = 3;
/** Short, so that what a killed program had is taken up again within seconds. */
const settings = {
  HOLDFAST_SHIP_TTL_MS: String(ttlMs),
  HOLDFAST_SHIP_RENEW_MS: '500',
  HOLDFAST_AMNESTY_MS: String(ttlMs),
  HOLDFAST_MONITOR_INTERVAL_MS: '200',
  HOLDFAST_SWEEP_INTERVAL_MS: '500',
};
const programs = programsHere();
const mostPace = 2;
/** Of the captain, a quarter of a second or more each: where the machine is slow, all is over before a ship is had. */
const mostTurns = 200;

interface Contest extends Account {
  readonly kills: Readonly<Record<string, number>>;
  readonly complaints: string;
}

/**
 * All programs, and a daemon that is ordered to fly the same ships, for so long; each is killed again and again. Then they
 * are told to stop, everything they left expires, and a judge reads what they believed and what the log has.
 */
async function contest(lastsMs: number, sent: readonly Program[], killsServer: boolean): Promise<Contest> {
  const stage = await setStage(400);
  const scratch = scratchDirectory();
  const fence = await openFence();
  const servers = new Servers(stage.dataDir, { ...stage.settings, ...settings });
  const contenders: Contender[] = [];
  try {
    const { url } = await servers.start();
    const { tours } = await planFor(stage.universe);
    const ships = tours.slice(0, shipsInDispute).map(({ ship }) => ship);
    const markets = tours.flatMap((tour) => tour.markets);
    const records = join(scratch.path, 'records');
    mkdirSync(records);
    const field = new Field(records, { url, fence: fence.url, ttlMs }, ships);
    // Who gets on more slowly is killed as much more seldom.
    const pace = Math.min(mostPace, busy());
    const until = performance.now() + lastsMs * pace;
    const isOn = () => performance.now() < until;
    const flying = orderFlights(servers, ships, markets, isOn);
    contenders.push(...sent.map((program) => field.send(program)));
    let serverDiesAt = performance.now() + between(3_000, 6_000) * pace;
    while (isOn()) {
      await wait(between(250, 1_250) * pace);
      if (killsServer && performance.now() > serverDiesAt) {
        await servers.kill();
        await servers.start();
        serverDiesAt = performance.now() + between(3_000, 7_000) * pace;
      }
      const victim = victimOf(contenders, field);
      if (!victim || victim.program === 'deaf') continue;
      await victim.kill();
      contenders[contenders.indexOf(victim)] = field.send(victim.program);
    }
    await flying;
    const complaints = (await Promise.all(contenders.map((contender) => contender.stop()))).join('');
    const events = await eventually(
      async () => {
        const log = await wholeLog(servers.server);
        expect([...holdersIn(log)]).toEqual([]);
        return log;
      },
      30_000 * busy(),
      250,
    );
    const account = judgeContention(events, {
      ...{ notes: field.notes(), writes: fence.writes, endOf: field.endOf, killed: field.killed },
    });
    return { ...account, kills: { ...field.kills, server: servers.kills }, complaints };
  } finally {
    await Promise.allSettled(contenders.map((contender) => contender.stop()));
    await servers.stop();
    await fence.close();
    await stage.remove();
    scratch.remove();
  }
}

/** Any of them, or, as often, one that is at work under a lease: so that each contest has some who die of it. */
function victimOf(contenders: readonly Contender[], field: Field): Contender | undefined {
  const holding = between(0, 2) === 0 ? field.holding() : new Set<string>();
  const atWork = contenders.filter(({ run }) => holding.has(run));
  const among = atWork.length > 0 ? atWork : contenders;
  return among[between(0, among.length)];
}

/** The captain's part: each ship in dispute is sent somewhere as soon as it is free, until one flew at least. */
async function orderFlights(
  servers: Servers,
  ships: readonly string[],
  markets: readonly string[],
  isOn: () => boolean,
): Promise<void> {
  let flown = 0;
  for (let turn = 0; isOn() || (flown === 0 && turn < mostTurns); turn += 1) {
    const ship = ships[turn % ships.length] ?? '';
    const destination = markets[between(0, markets.length)];
    const key = `fly-${turn}-${performance.timeOrigin}`;
    const { status } = await untilAnswered(servers, (server) =>
      server.post(`players/1/ships/${ship}/navigate`, { destination }, { 'idempotency-key': key }),
    );
    if (status < 300) flown += 1;
    await wait(between(100, 500));
  }
}

describe('a shell script, a Python program, a Node program and a daemon that contend for leases and are killed at random', () => {
  it(
    `[A392, A393, A398] leave a history that explains every grant and every end, after ${seconds} s`,
    async () => {
      const sent = [...programs, ...programs, 'mute' as const];
      const { findings, explained, figures, kills, complaints } = await contest(seconds * 1_000, sent, true);
      if (process.env['HOLDFAST_CONTENTION_SECONDS'] !== undefined) {
        console.log(JSON.stringify({ seconds, kills, ...figures, explained }, null, 2));
      }
      expect(findings).toEqual([]);
      expect(complaints).toBe('');
      expect(kills['server']).toBeGreaterThan(0);
      for (const program of programs) {
        expect(Object.keys(explained)).toContainEqual(expect.stringContaining(`granted to a ${program} program`));
      }
      expect(Object.keys(explained)).toContainEqual(expect.stringContaining('granted to a container'));
      expect(explained['expired: its holder was killed']).toBeGreaterThan(0);
      expect(figures['phasesCompleted']).toBeGreaterThan(0);
      expect(figures['tasksCompleted']).toBeGreaterThan(0);
    },
    (mostPace * seconds + 150) * 1_000,
  );

  it('are found out when one of them does not care that it lost its lease', async () => {
    const { findings } = await contest(8_000, ['deaf', 'deaf', 'deaf', 'deaf', 'node', 'node'], false);
    expect(findings).toContainEqual(expect.stringMatching(/^overlap on .+ for \d+ ms$/));
    expect(findings).toContainEqual(expect.stringMatching(/^unexplained: LeaseExpired /));
  }, 90_000);
});
