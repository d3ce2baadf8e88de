import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { hostname } from 'node:os';
import { Liveness } from '../../src/application/liveness/liveness.js';
import { liveness as livenessSchema, swept } from '../../src/infrastructure/http/liveness/liveness-schemas.js';
import { lockPage, seenLock } from '../../src/infrastructure/http/locks/lock-schemas.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { markOf } from '../support/process-mark.js';

/** A real process that holds a lock, as it says of itself. */
function aProcess() {
  const child = spawn('sleep', ['600']);
  const pid = child.pid ?? 0;
  const kill = async () => {
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  return { kill, process: { host: hostname(), pid, mark: markOf(pid) } };
}

describe('locks of tasks and phases, over HTTP', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({ policy: { amnestyMs: 0, shipTtlMs: 30_000 } });
  });
  afterAll(() => app.close());

  const lease = (task: string, verb: string, body: object) => app.post(`locks/tasks/main/${task}/lease${verb}`, body);

  it('[A357] any session takes, renews, hands over and releases one; nobody else does', async () => {
    const first = await lease('1', '', { holder: 'agent-1', owner: 'test_ai' });
    expect(first.body).toMatchObject({ token: 1, ttlMs: 1_800_000, already: false, hold: { owner: 'test_ai' } });
    const second = await lease('1', '', { holder: 'agent-2' });
    expect(second.body).toMatchObject({
      ...{ status: 409, code: 'lease-held', detail: 'Task #1 is locked by test_ai' },
      currentHolder: { id: 'agent-1' },
      why: { resource: { kind: 'task', scope: 'main', name: '1' }, hold: { token: 1 } },
    });
    expect((await lease('1', '/renew', { token: 1 })).status).toBe(200);
    const foreign = await lease('1', '/release', { token: 1, holder: 'agent-2', reason: 'manual' });
    expect(foreign.body).toMatchObject({ status: 409, code: 'stale-token', why: { hold: { token: 1 } } });
    expect((await lease('1', '/hand-over', { token: 1, from: 'agent-1', to: 'agent-2' })).body).toMatchObject({
      token: 2,
    });
    expect((await lease('1', '/release', { token: 1 })).status).toBe(409);
    const forced = await lease('1', '/break', { operator: 'op', reason: 'stuck' });
    expect(forced.body).toMatchObject({ freed: { holder: { id: 'agent-2' }, reason: 'manual', detail: 'stuck' } });
    const { events } = (await app.get('locks/tasks/main/1/history')).body;
    expect(events.map(({ type }: { type: string }) => type)).toEqual([
      'LeaseBroken',
      'LeaseHandedOver',
      'LeaseGranted',
    ]);
    expect((await app.get('locks/tasks/main/1/why')).body).toMatchObject({ hold: null, previous: { detail: 'stuck' } });
    expect((await app.get('locks/tasks/main/never/history')).status).toBe(404);
  });

  it('a phase has the time to live of phases, and a reservation until it is lifted', async () => {
    const path = 'locks/phases/flow-1/EVALUATION/lease';
    expect((await app.post(path, { holder: 'w-1' })).body).toMatchObject({ ttlMs: 300_000 });
    const reserve = { operator: 'op', reason: 'hands off' };
    expect((await app.post(`${path}/reserve`, reserve)).status).toBe(409);
    expect((await app.post(`${path}/reserve`, { ...reserve, displace: true })).body).toMatchObject({
      displaced: { holder: { id: 'w-1' } },
    });
    expect((await app.post(path, { holder: 'w-1' })).body).toMatchObject({ code: 'lease-reserved' });
    expect((await app.post(`${path}/lift`, reserve)).body).toMatchObject({ freed: { reason: 'manual' } });
  });

  it('waits for a holder for as long as the asker says, and no longer', async () => {
    await lease('w', '', { holder: 'agent-1' });
    const refused = performance.now();
    expect((await lease('w', '', { holder: 'agent-2', waitMs: 300 })).status).toBe(409);
    expect(performance.now() - refused).toBeGreaterThan(250);
    const waiting = lease('w', '', { holder: 'agent-2', waitMs: 10_000 });
    await lease('w', '/release', { token: 1 });
    expect((await waiting).body).toMatchObject({ token: 2, hold: { holder: { id: 'agent-2' } } });
  });

  it('[A360] are listed with task, owner, age and process', async () => {
    const process = { host: 'host-9', pid: 4242 };
    const { body } = await lease('listed', '', { holder: 'agent-9', owner: 'lister', process });
    const found = await app.get(`locks?owner=lister&minPosition=${body.position}`);
    expect(lockPage.parse(found.body)).toEqual(found.body);
    expect(found.body.locks).toMatchObject([
      { kind: 'task', scope: 'main', name: 'listed', owner: 'lister', process: { ...process, mark: null }, token: 1 },
    ]);
    expect((await app.get('locks?owner=nobody')).body.locks).toEqual([]);
    expect((await app.get('locks?kind=phases&scope=none')).body.locks).toEqual([]);
    const past = await app.get(`locks?owner=lister&asOf=${body.position}`);
    expect(past.body.locks).toEqual(found.body.locks);
    expect((await app.get('locks?asOf=0&status=all')).body.locks).toEqual([]);
    const [one] = (await app.get('locks?limit=1')).body.locks;
    const { next } = (await app.get('locks?limit=1')).body;
    expect((await app.get(`locks?limit=1&cursor=${next}`)).body.locks).not.toEqual([one]);
  });

  it('one of them is the row of the list, a free one too, now or as it was', async () => {
    const taken = await lease('one', '', { holder: 'agent-1', owner: 'solo' });
    const { body: held } = await app.get(`locks/tasks/main/one?minPosition=${taken.body.position}`);
    expect(seenLock.parse(held)).toEqual(held);
    expect(held.lock).toEqual((await app.get('locks?owner=solo')).body.locks[0]);
    const freed = await lease('one', '/release', { token: 1 });
    const { body: idle } = await app.get(`locks/tasks/main/one?minPosition=${freed.body.position}`);
    expect(idle.lock).toMatchObject({ status: 'idle', holder: null, token: 1 });
    expect((await app.get(`locks/tasks/main/one?asOf=${taken.body.position}`)).body.lock).toEqual(held.lock);
    expect((await app.get('locks/tasks/main/never')).body).toMatchObject({ status: 404, code: 'unknown-lease' });
  });

  it('[A350, A361, A364] one whose holder was killed is freed by the next sweep, and the count is told', async () => {
    const living = aProcess();
    const killed = aProcess();
    await lease('living', '', { holder: 's-1', owner: 'test_ai', process: living.process });
    const { body } = await lease('999', '', { holder: 's-2', owner: 'test_ai', process: killed.process });
    await app.get(`locks?minPosition=${body.position}`);
    expect((await app.post('liveness/sweep', {})).body).toMatchObject({ cleaned: 0 });
    await killed.kill();
    const line = `CLEANUP: Task #999 - Dead process (PID: ${killed.process.pid}, owner: test_ai)`;
    expect((await app.post('liveness/sweep', { dryRun: true })).body).toMatchObject({
      dryRun: true,
      cleaned: 1,
      lines: [line, 'Cleaned 1 lock(s)'],
    });
    const answer = await app.post('liveness/sweep', {});
    expect(swept.parse(answer.body)).toEqual(answer.body);
    expect(answer.body).toMatchObject({ dryRun: false, cleaned: 1, lines: [line, 'Cleaned 1 lock(s)'] });
    expect((await app.get('locks/tasks/main/999/why')).body).toMatchObject({
      hold: null,
      previous: { reason: 'dead_process' },
    });
    expect((await app.get('locks/tasks/main/living/why')).body.hold).toMatchObject({ token: 1 });
    await living.kill();
  });

  it('a report of a process that is alive here, or that was named without its mark, frees nobody', async () => {
    const living = aProcess();
    try {
      const unmarked = { host: 'elsewhere', pid: 1, mark: null };
      for (const [name, evidence] of [
        ['alive', living.process],
        ['unmarked', unmarked],
      ] as const) {
        await lease(name, '', { holder: 's-1', process: evidence });
        const answer = await lease(name, '/dead-process', { token: 1, observedBy: 'anybody', process: evidence });
        expect(answer.body).toMatchObject({ status: 409, code: 'not-proven-dead', why: { hold: { token: 1 } } });
      }
    } finally {
      await living.kill();
    }
  });

  it('a watcher elsewhere may report a process that is gone, by the very evidence of the holder', async () => {
    const process = { host: 'far-away', pid: 7, mark: { machine: 'boot-x/pid:[1]', began: '11' } };
    await lease('far', '', { holder: 's-3', process });
    const report = { token: 1, observedBy: 'watcher-2' };
    const other = await lease('far', '/dead-process', { ...report, process: { ...process, pid: 8 } });
    expect(other.body).toMatchObject({ status: 409, code: 'other-process', why: { hold: { token: 1 } } });
    const freed = await lease('far', '/dead-process', { ...report, process });
    expect(freed.body).toMatchObject({
      freed: { reason: 'dead_process', detail: 'Dead process (PID: 7, owner: s-3)' },
    });
  });

  it('1,000 of them held take less than 1 MB', async () => {
    let position = '0';
    for (let from = 0; from < 1_000; from += 50) {
      const some = Array.from({ length: 50 }, (_, i) =>
        app.post(`locks/phases/flow-${from + i}/PHASE/lease`, { holder: `worker-${from + i}`, owner: 'somebody' }),
      );
      for (const { body } of await Promise.all(some))
        if (BigInt(body.position) > BigInt(position)) position = body.position;
    }
    await app.get(`locks?limit=1&minPosition=${position}`);
    const [{ bytes } = { bytes: '0' }] = await app.database.query<{ bytes: string }>(
      "SELECT sum(pg_column_size(l.*)) AS bytes FROM locks l WHERE status <> 'idle'",
    );
    expect(Number(bytes)).toBeGreaterThan(100_000);
    expect(Number(bytes)).toBeLessThan(1_000_000);
  }, 60_000);

  it('refuses a kind, a name and a process that are none', async () => {
    expect((await app.post('locks/ships/1/SHIP-1/lease', { holder: 'a' })).status).toBe(422);
    expect((await app.post('locks/tasks/a.b/1/lease', { holder: 'a' })).status).toBe(422);
    expect((await lease('x', '', { holder: 'a', process: { host: 'h', pid: 0 } })).status).toBe(422);
    expect((await lease('x', '', { holder: 'a', adoptObligations: true })).status).toBe(422);
  });
});

describe('several instances', () => {
  it('watch one at a time, and another takes over within seconds', async () => {
    const one = await startTestApp({ policy: { monitorIntervalMs: 50, sweepIntervalMs: 50 } });
    const other = await startTestApp({
      store: one.store,
      databaseUrl: one.databaseUrl,
      policy: { monitorIntervalMs: 50, sweepIntervalMs: 50 },
    });
    try {
      one.app.get(Liveness).start(() => undefined);
      await eventually(() => expect(one.app.get(Liveness).status.isWatching).toBe(true));
      other.app.get(Liveness).start(() => undefined);
      await eventually(() => expect(other.app.get(Liveness).status.monitor.runs).toBeGreaterThan(20));
      expect(other.app.get(Liveness).status).toMatchObject({ isWatching: false, sweep: { lastRun: null } });
      const { body } = await other.get('liveness');
      expect(livenessSchema.parse(body)).toEqual(body);
      expect(body.watch).toMatchObject({ isWatching: false, watcher: { pid: process.pid, host: hostname() } });
      expect(body.watch.watcher.runs).toBeGreaterThan(0);
      expect(body.rules.join(' ')).toContain('task 30 min');

      await one.app.get(Liveness).stop();
      await eventually(() =>
        expect(other.app.get(Liveness).status).toMatchObject({ isWatching: true, sweep: { lastRun: {} } }),
      );
    } finally {
      await other.app.get(Liveness).stop();
      await other.stop();
      await one.close();
    }
  }, 60_000);
});
