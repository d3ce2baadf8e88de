import { AcquireLease } from '../../../src/application/leases/acquire-lease.js';
import type { HeldWork, Loss } from '../../../src/application/leases/held-work.js';
import { BreakLease, ReserveLease } from '../../../src/application/leases/operator-acts.js';
import { ReleaseLease } from '../../../src/application/leases/release-lease.js';
import { Liveness } from '../../../src/application/liveness/liveness.js';
import { RenewLease } from '../../../src/application/liveness/renew-lease.js';
import type { Hold } from '../../../src/domain/lease/events.js';
import type { Resource } from '../../../src/domain/lease/resource.js';
import type { WorkStanding } from '../../../src/domain/lease/work.js';
import { lockCure } from '../../../src/domain/sweep/lock-repair.js';
import { Custody, operator, policy, type Instance } from '../../support/custody.js';

const { taskTtlMs: ttlMs, monitorIntervalMs: intervalMs, repairGraceMs, amnestyMs } = policy;
const task = (name: string): Resource => ({ kind: 'task', scope: 'main', name });

/** Work as its own stream would have it. */
class Work implements HeldWork {
  readonly kind = 'task';
  readonly standings = new Map<string, readonly [token: number, standing: WorkStanding]>();
  readonly told: string[] = [];
  standing({ name }: Resource, token: number): Promise<WorkStanding> {
    const [known, standing] = this.standings.get(name) ?? [token, 'none'];
    return Promise.resolve(known === token ? standing : known < token ? 'unclaimed' : 'superseded');
  }
  claimedUnder({ name }: Resource): Promise<number | null> {
    const [token, standing] = this.standings.get(name) ?? [null, 'none'];
    return Promise.resolve(standing === 'claimed' ? token : null);
  }
  instead(): Promise<null> {
    return Promise.resolve(null);
  }
  abandon(_context: unknown, { resource: { name }, token, reason }: Loss): Promise<void> {
    const [known, standing] = this.standings.get(name) ?? [token, 'none'];
    if (standing !== 'claimed' || known > token) return Promise.resolve();
    this.told.push(`${name} ${token} ${reason}`);
    this.standings.delete(name);
    return Promise.resolve();
  }
}

describe('the sweep over locks', () => {
  let room: Custody;
  let work: Work;
  let here: Instance;
  let verdict: 'alive' | 'dead' | 'unknown';
  beforeEach(() => {
    room = new Custody();
    work = new Work();
    verdict = 'unknown';
    const processes = { mark: () => ({ machine: '', began: '' }), look: () => verdict };
    here = room.instance({ works: [work], processes });
  });

  const process = { host: 'host-1', pid: 4242, mark: { machine: 'boot/ns', began: '9' } };
  async function acquired(name: string, more: Partial<AcquireLease['ask']> = {}): Promise<number> {
    const ask = {
      ...{ resource: task(name), holder: { kind: 'agent', id: `session-${name}`, attempt: 1 } as const },
      ...{ operation: 'lock', ttlMs, adoptsObligations: false, owner: 'test_ai', process, ...more },
    };
    const outcome = await here.outcome(new AcquireLease(here.context(), ask));
    if (outcome.type !== 'Granted') throw new Error(JSON.stringify(outcome));
    return outcome.hold.token;
  }
  const state = (name: string) => room.lease(task(name));

  it('[A350] frees the lock of a process that is gone, and says so as the scripts look for it', async () => {
    await acquired('999');
    const said: string[] = [];
    const liveness = new Liveness(here.monitor, here.sweep, here.locks, room.clock, policy);
    liveness.hear((text) => said.push(text));
    expect(await liveness.sweepNow(false)).toMatchObject({ cleaned: 0, lines: ['Cleaned 0 lock(s)'] });
    verdict = 'dead';
    const line = 'CLEANUP: Task #999 - Dead process (PID: 4242, owner: test_ai)';

    expect(await liveness.sweepNow(true)).toMatchObject({ cleaned: 1, lines: [line, 'Cleaned 1 lock(s)'] });
    expect((await state('999')).hold).not.toBeNull();
    expect(said).toEqual([]);

    expect(await liveness.sweepNow(false)).toMatchObject({ cleaned: 1 });
    expect(said).toEqual([line, 'Cleaned 1 lock(s)']);
    expect(await state('999')).toMatchObject({
      hold: null,
      previous: { reason: 'dead_process', detail: 'Dead process (PID: 4242, owner: test_ai)' },
    });
    const [, freed] = await room.log.readForwards('tasklock-main.999', { max: 9 });
    expect(freed?.data).toMatchObject({ by: { kind: 'system', id: 'sweep' } });
  });

  it('[A351] leaves the lock of a living holder through any number of sweeps', async () => {
    verdict = 'alive';
    await acquired('1');
    for (let i = 0; i < 50; i++) {
      room.clock.pass(60_000);
      expect((await here.locks.run()).repaired).toEqual([]);
    }
    expect((await state('1')).hold).not.toBeNull();
  });

  it('[A352, A372] frees a lock after a whole time to live in silence, and never one that renews', async () => {
    await room.lookOn(amnestyMs, here.monitor);
    await acquired('1');
    const kept = await acquired('2');
    const said: string[] = [];
    const liveness = new Liveness(here.monitor, here.sweep, here.locks, room.clock, policy);
    liveness.hear((text) => said.push(text));
    const renew = () => here.execute(new RenewLease(task('2'), { token: kept, cursor: null, quietForMs: 0 }));
    for (let passedMs = 0; passedMs < ttlMs; passedMs += 600_000) {
      await renew();
      await room.lookOn(600_000, here.monitor);
    }
    room.clock.pass(2 * intervalMs);
    await liveness.sweepNow(false);

    expect(said).toContainEqual(
      expect.stringMatching(/^CLEANUP: Task #1 - Stale lock \(18\d\ds old, owner: test_ai\)$/),
    );
    expect(await state('1')).toMatchObject({ hold: null, previous: { reason: 'expired' } });
    expect((await state('2')).hold).toMatchObject({ token: kept });
  });

  it('[A353] frees the lock of a task that is finished', async () => {
    const token = await acquired('7');
    work.standings.set('7', [token, 'finished']);
    expect((await here.locks.run()).repaired).toMatchObject([
      { type: 'ReleaseFinished', detail: 'Task marked complete (owner: test_ai)' },
    ]);
    expect(await state('7')).toMatchObject({ hold: null, previous: { reason: 'task_completed' } });
    expect(work.told).toEqual([]);
  });

  it('[A354] counts the grace of a half-made claim by the log’s time, also where the wall clock is far ahead', async () => {
    await acquired('1', { operation: 'claim' });
    work.standings.set('1', [0, 'finished']);
    const ahead = room.clock.another();
    ahead.jumpWall(10 * repairGraceMs);
    const pass = (ms: number) => [room.clock, ahead].forEach((each) => each.pass(ms));
    const skewed = room.instance({ clock: ahead, works: [work] });
    pass(repairGraceMs - 1);
    await skewed.comesUp();
    expect((await skewed.locks.run()).repaired).toEqual([]);
    pass(1);
    expect((await skewed.locks.run()).repaired).toMatchObject([{ type: 'RollBackClaim' }]);
  });

  it('[A354] leaves a half-made claim alone for a grace period, and rolls it back then', async () => {
    await acquired('1', { operation: 'claim' });
    await acquired('2');
    work.standings.set('1', [0, 'finished']);
    work.standings.set('2', [0, 'finished']);
    room.clock.pass(repairGraceMs - 1);
    expect((await here.locks.run()).repaired).toEqual([]);
    room.clock.pass(1);
    expect((await here.locks.run()).repaired).toMatchObject([{ type: 'RollBackClaim' }]);
    expect(await state('1')).toMatchObject({ hold: null, previous: { reason: 'claim_rolled_back' } });
    expect((await state('2')).hold).not.toBeNull();
  });

  it('tells the work at once that its lease went', async () => {
    const one = await acquired('1');
    work.standings.set('1', [one, 'claimed']);
    await here.execute(new BreakLease(here.context(), { resource: task('1'), operator, reason: 'mine' }));
    expect(work.told).toEqual(['1 1 manual']);
  });

  it('decides at the revision it looked at: a lock that has another holder by then stays', async () => {
    const token = await acquired('1');
    room.viewStopsAt = await room.log.headPosition();
    const give = { resource: task('1'), holder: null, token, reason: 'completed', detail: '', by: null } as const;
    await here.execute(new ReleaseLease(here.context(), give));
    await acquired('1', { holder: { kind: 'agent', id: 'next', attempt: 1 } });
    verdict = 'dead';
    expect(await here.locks.run()).toMatchObject({ repaired: [], failed: [] });
    expect((await state('1')).hold).toMatchObject({ holder: { id: 'next' } });
  });

  it('[A356] of two that break one stale lock and claim it, exactly one ends up its holder', async () => {
    await acquired('1');
    const contenders = ['a', 'b'].map(async (id) => {
      await here.execute(new BreakLease(here.context(), { resource: task('1'), operator, reason: 'stale' }));
      const holder = { kind: 'agent', id, attempt: 1 } as const;
      const ask = { resource: task('1'), holder, operation: 'lock', ttlMs, adoptsObligations: false };
      return (await here.outcome(new AcquireLease(here.context(), ask))).type === 'Granted' ? id : undefined;
    });
    await Promise.all(contenders);
    const { hold, lastToken } = await state('1');
    expect(['a', 'b']).toContain(hold?.holder.id);
    expect(hold?.token).toBe(lastToken);
  });

  it('never touches a reservation', async () => {
    await here.execute(
      new ReserveLease(here.context(), { resource: task('1'), operator, reason: 'r', displaces: false }),
    );
    work.standings.set('1', [1, 'finished']);
    verdict = 'dead';
    expect((await here.locks.run()).repaired).toEqual([]);
    const hold: Hold = {
      ...{ holder: { kind: 'operator', id: 'op', attempt: 1 }, token: 1, operation: 'reservation' },
      ...{ ttlMs: 0, sinceMs: 0, reason: '', process },
    };
    expect(lockCure({ kind: 'task', hold, standing: 'finished', process: 'dead' }, 1e9, policy)).toBeUndefined();
  });
});
