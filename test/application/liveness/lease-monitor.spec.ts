import { EndContainer } from '../../../src/application/containers/end-container.js';
import { ReportProgress } from '../../../src/application/containers/report-progress.js';
import { RestartContainer } from '../../../src/application/containers/restart-container.js';
import { StopContainer } from '../../../src/application/containers/stop-container.js';
import { AcquireLease } from '../../../src/application/leases/acquire-lease.js';
import { TooContended } from '../../../src/application/decide-and-append.js';
import type { HeldWork } from '../../../src/application/leases/held-work.js';
import { ReleaseLease } from '../../../src/application/leases/release-lease.js';
import { ReserveLease } from '../../../src/application/leases/operator-acts.js';
import { RecordEffect } from '../../../src/application/leases/record-effect.js';
import { RenewContainer } from '../../../src/application/liveness/renew-container.js';
import { RenewLease } from '../../../src/application/liveness/renew-lease.js';
import { containerStream } from '../../../src/domain/container/container.js';
import { leaseStream } from '../../../src/domain/lease/resource.js';
import { acquiring, Custody, operator, policy, ship, type Instance } from '../../support/custody.js';
import { violationsOf } from '../../support/invariants.js';
import { lockOfTask, workOf } from '../../support/locked-work.js';

const { amnestyMs, shipTtlMs: ttlMs, shipRenewMs: renewMs, monitorIntervalMs: intervalMs } = policy;

const renewAll = (instance: Instance, containerId: string, token: number, quietForMs = 0) =>
  instance.outcome(new RenewContainer(containerId, { token, cursor: null, quietForMs }));
const renew = (instance: Instance, symbol: string, token: number) =>
  instance.outcome(new RenewLease(ship(symbol), { token, cursor: null, quietForMs: 0 }));

/** An instance whose amnesty is over, and nobody held anything meanwhile. */
async function watching(room: Custody): Promise<Instance> {
  const instance = room.instance();
  await room.lookOn(amnestyMs, instance.monitor);
  return instance;
}

describe('the monitor of silent holders', () => {
  let room: Custody;
  let here: Instance;
  beforeEach(async () => {
    room = new Custody();
    here = await watching(room);
  });

  it('takes the ships of a container that was silent for a whole time to live, and says what it saw', async () => {
    const token = await here.started({ containerId: 'c-1', ships: ['SHIP-1', 'SHIP-2'] });
    await here.monitor.run();
    await renewAll(here, 'c-1', token);

    const early = await room.lookOn(ttlMs, here.monitor);
    expect(early.flatMap(({ expired }) => expired)).toEqual([]);
    const late = await room.lookOn(intervalMs, here.monitor);

    expect(late.flatMap(({ expired }) => expired)).toEqual([
      { subject: 'container-c-1', silentForMs: ttlMs + intervalMs },
    ]);
    for (const symbol of ['SHIP-1', 'SHIP-2']) {
      expect(await room.lease(ship(symbol))).toMatchObject({
        hold: null,
        previous: { holder: { id: 'c-1' }, token, reason: 'expired' },
      });
    }
    const [, expiry] = await room.log.readForwards(leaseStream(ship('SHIP-1')), { max: 9 });
    expect(expiry?.data).toMatchObject({
      token,
      evidence: { silentForMs: ttlMs + intervalMs, ttlMs, lastBeat: expect.any(Number), monitor: 'lease-monitor' },
    });
    expect(violationsOf(await room.events())).toEqual([]);
  });

  it('counts a lock as expired though the work under it could not be told, which the sweep tells then', async () => {
    const lock = lockOfTask('1');
    const work = workOf(here);
    await work.queue('1');
    await work.claim(lock, 'session-1');
    const deaf: HeldWork = {
      kind: 'task',
      standing: (...asked) => here.work.standing(...asked),
      claimedUnder: (of) => here.work.claimedUnder(of),
      instead: (of) => here.work.instead(of),
      abandon: () => Promise.reject(new TooContended('agenttask-orkestra.1')),
    };
    const there = room.instance({ works: [deaf], policy: { amnestyMs: 0 } });
    const runs = await room.lookOn(amnestyMs + ttlMs, there.monitor);

    expect(runs.flatMap(({ failed }) => failed)).toEqual([]);
    expect(runs.flatMap(({ expired }) => expired)).toMatchObject([{ subject: leaseStream(lock), lock: { token: 1 } }]);
    expect(runs.flatMap(({ untold }) => untold)).toMatchObject([{ subject: leaseStream(lock) }]);
    expect(await here.work.claimedUnder(lock)).toBe(1);
    room.clock.pass(policy.repairGraceMs);
    expect((await here.locks.run()).repaired).toMatchObject([{ type: 'TellWork', reason: 'expired' }]);
    expect(await here.work.claimedUnder(lock)).toBeNull();
  });

  it('interrupts the container, does not fail it, and uses none of its restarts', async () => {
    await here.started({ containerId: 'c-1', ships: ['SHIP-1'] });
    await room.lookOn(ttlMs + 2 * intervalMs, here.monitor);

    expect(await room.container('c-1')).toMatchObject({
      status: 'INTERRUPTED',
      restartCount: 0,
      exitReason: 'stale_heartbeat_timeout',
      stoppedAtMs: null,
    });
  });

  it('frees the ship of a dead holder within one and a half times to live and one interval', async () => {
    await here.started({ containerId: 'c-1', ships: ['SHIP-1'] });
    await room.lookOn(1.5 * ttlMs + intervalMs, here.monitor);

    expect(await room.lease(ship('SHIP-1'))).toMatchObject({ hold: null });
  });

  it('[A206, A219, A225, A351] never takes from a holder that renews, however long it works', async () => {
    const token = await here.started({ containerId: 'c-1', ships: ['SHIP-1'] });
    const lease = await here.acquired('SHIP-2', 'agent-1');
    for (let hour = 0; hour < 6 * 360; hour++) {
      await renewAll(here, 'c-1', token);
      await renew(here, 'SHIP-2', lease);
      const runs = await room.lookOn(renewMs, here.monitor);
      expect(runs.flatMap(({ expired }) => expired)).toEqual([]);
    }
    expect((await room.container('c-1'))?.status).toBe('RUNNING');
  });

  it('counts a renewal that another instance was given', async () => {
    const there = room.instance({ clock: room.clock });
    const token = await here.started({ containerId: 'c-1', ships: ['SHIP-1'] });
    for (let i = 0; i < 12; i++) {
      await renewAll(there, 'c-1', token);
      await room.lookOn(renewMs, here.monitor);
    }
    expect((await room.lease(ship('SHIP-1'))).hold).toMatchObject({ token });
    await room.lookOn(ttlMs + 2 * intervalMs, here.monitor);
    expect((await room.lease(ship('SHIP-1'))).hold).toBeNull();
  });

  it('takes what a container writes to the log for a renewal, and what it does under a ship too', async () => {
    const token = await here.started({ containerId: 'c-1', ships: ['SHIP-1'] });
    for (let i = 0; i < 6; i++) {
      await room.lookOn(ttlMs - intervalMs, here.monitor);
      const visit = { type: 'visit', token, waypoint: `X1-A-${i}` } as const;
      const intend = { type: 'intend', token, effectId: `e-${i}`, action: 'buy', withinMs: 1, probe: {} } as const;
      if (i % 2 === 0) await here.execute(new ReportProgress(here.context(), 'c-1', visit));
      else await here.execute(new RecordEffect(here.context(), ship('SHIP-1'), intend));
    }
    expect((await room.container('c-1'))?.status).toBe('RUNNING');
  });

  it('waits as long as was announced, and one time to live more', async () => {
    const token = await here.started({ containerId: 'c-1', ships: ['SHIP-1'] });
    await renewAll(here, 'c-1', token, 300_000);

    await room.lookOn(300_000 + ttlMs, here.monitor);
    expect((await room.container('c-1'))?.status).toBe('RUNNING');
    await room.lookOn(2 * intervalMs, here.monitor);
    expect((await room.container('c-1'))?.status).toBe('INTERRUPTED');
  });

  it('[A104, A105] does not take a back-off for silence, but a next attempt that never comes', async () => {
    const token = await here.started({ containerId: 'c-1', ships: ['SHIP-1'] });
    const failed = { type: 'failed', error: 'no fuel', permanent: false } as const;
    for (const [attempt, delayMs] of policy.restart.delaysMs.entries()) {
      await here.execute(new EndContainer(here.context(), 'c-1', token + attempt, failed));
      await room.lookOn(delayMs, here.monitor);
      const next = new RestartContainer(here.context(), {
        containerId: 'c-1',
        token: token + attempt,
        immediately: false,
      });
      expect(await here.outcome(next)).toMatchObject({ type: 'Started' });
    }
    await here.execute(new EndContainer(here.context(), 'c-1', token + 3, failed));
    expect((await room.container('c-1'))?.status).toBe('FAILED');

    const other = await here.started({ containerId: 'c-2', ships: ['SHIP-2'] });
    await here.execute(new EndContainer(here.context(), 'c-2', other, failed));
    await room.lookOn(5_000 + ttlMs, here.monitor);
    expect((await room.container('c-2'))?.status).toBe('RUNNING');
    await room.lookOn(2 * intervalMs, here.monitor);
    expect((await room.container('c-2'))?.status).toBe('INTERRUPTED');
  });

  it('leaves another daemon its time to take over a container without ships too', async () => {
    const daemon = room.instance({ daemon: 'elsewhere' });
    await daemon.started({ containerId: 'c-1', runner: 'daemon' });
    await room.lookOn(2 * policy.daemonTtlMs, here.monitor);
    expect((await room.container('c-1'))?.status).toBe('RUNNING');
    await room.lookOn(2 * intervalMs, here.monitor);
    expect((await room.container('c-1'))?.status).toBe('INTERRUPTED');
  });

  it('expires nobody after its own start until the amnesty is over, and then it does', async () => {
    await here.started({ containerId: 'c-1', ships: ['SHIP-1'] });
    const fresh = room.instance();

    const during = await room.lookOn(amnestyMs - intervalMs, fresh.monitor);
    expect(during.flatMap(({ expired }) => expired)).toEqual([]);
    expect(during.map(({ amnestyLeftMs }) => amnestyLeftMs)).not.toContain(0);
    const after = await room.lookOn(intervalMs, fresh.monitor);
    expect(after.flatMap(({ expired }) => expired)).toHaveLength(1);
  });

  it.each([3_600_000, -7_200_000, -86_400_000])(
    '[F8] judges alike though the wall clock jumps by %d ms',
    async (jump) => {
      const token = await here.started({ containerId: 'c-1', ships: ['SHIP-1'] });
      await here.started({ containerId: 'c-2', ships: ['SHIP-2'] });
      await renewAll(here, 'c-1', token);
      await here.monitor.run();
      room.clock.jumpWall(jump);
      const there = room.instance();
      for (let i = 0; i < 4; i++) {
        await renewAll(i % 2 ? here : there, 'c-1', token);
        await room.lookOn(renewMs, here.monitor);
      }
      expect((await room.container('c-1'))?.status).toBe('RUNNING');
      expect((await room.container('c-2'))?.status).toBe('INTERRUPTED');
    },
  );

  it('expires nobody while PostgreSQL is down, and takes its work up again', async () => {
    const token = await here.started({ containerId: 'c-1', ships: ['SHIP-1'] });
    await here.started({ containerId: 'c-2', ships: ['SHIP-2'] });
    await here.monitor.run();
    room.postgresDown = true;
    for (let i = 0; i < 20; i++) {
      room.clock.pass(renewMs);
      await expect(here.monitor.run()).rejects.toThrow('cannot be reached');
    }
    expect(await room.typesIn(containerStream('c-2'))).not.toContain('ContainerInterrupted');

    room.postgresDown = false;
    for (let i = 0; i < 5; i++) {
      await renewAll(here, 'c-1', token);
      await room.lookOn(renewMs, here.monitor);
    }
    expect((await room.container('c-1'))?.status).toBe('RUNNING');
    expect((await room.container('c-2'))?.status).toBe('INTERRUPTED');
  });

  it('gives everybody a whole time to live after it could not hear what others heard', async () => {
    const there = room.instance();
    const token = await here.started({ containerId: 'c-1', ships: ['SHIP-1'] });
    await renewAll(there, 'c-1', token);
    await here.monitor.run();
    room.postgresDown = true;
    for (let i = 0; i < 6; i++) {
      room.clock.pass(renewMs);
      await renewAll(there, 'c-1', token);
      await expect(here.monitor.run()).rejects.toThrow();
    }
    room.postgresDown = false;
    expect((await here.monitor.run()).expired).toEqual([]);

    there.heartbeats.flush();
    await room.lookOn(2 * renewMs, here.monitor);
    expect((await room.container('c-1'))?.status).toBe('RUNNING');
  });

  it('[F9] gives everybody a whole time to live after it was stopped for longer than that', async () => {
    const token = await here.started({ containerId: 'c-1', ships: ['SHIP-1'] });
    await renewAll(here, 'c-1', token);
    await here.monitor.run();

    room.clock.pass(3 * ttlMs);
    expect((await here.monitor.run()).expired).toEqual([]);
    await room.lookOn(ttlMs + intervalMs, here.monitor);
    expect((await room.container('c-1'))?.status).toBe('INTERRUPTED');
  });

  it('never takes a reservation', async () => {
    const reserve = { resource: ship('SHIP-1'), operator, reason: 'survey', displaces: false };
    await here.execute(new ReserveLease(here.context(), reserve));
    await room.lookOn(20 * ttlMs, here.monitor);

    expect((await room.lease(ship('SHIP-1'))).hold).toMatchObject({ holder: { kind: 'operator' } });
  });

  it('[A218, A220] takes from the silent, not from the fresh, and from nobody where the ship is idle', async () => {
    await here.acquired('MINER-1', 'agent-1');
    await here.acquired('MINER-2', 'agent-2');
    const { lastToken: token } = await room.lease(ship('MINER-1'));
    const giveBack = { resource: ship('MINER-1'), holder: null, token, detail: '', by: null };
    await here.execute(new ReleaseLease(here.context(), { ...giveBack, reason: 'completed' }));
    await room.lookOn(ttlMs, here.monitor);
    await here.acquired('TRANSPORT-1', 'agent-3');
    const runs = await room.lookOn(2 * intervalMs, here.monitor);

    expect(runs.flatMap(({ expired }) => expired.map(({ subject }) => subject))).toEqual(['ship-1.MINER-2']);
    expect((await room.lease(ship('TRANSPORT-1'))).hold).toMatchObject({ holder: { id: 'agent-3' } });
    expect((await room.lease(ship('MINER-1'))).previous).toMatchObject({ reason: 'completed' });
  });

  it('takes the lease of a silent session too', async () => {
    await here.acquired('SHIP-1', 'agent-1');
    await room.lookOn(ttlMs + 2 * intervalMs, here.monitor);

    expect(await room.lease(ship('SHIP-1'))).toMatchObject({ hold: null, previous: { reason: 'expired' } });
  });

  it('stops a silent container that was asked to stop, and frees its ship', async () => {
    const token = await here.started({ containerId: 'c-1', ships: ['SHIP-1'] });
    const stop = { containerId: 'c-1', reason: 'enough', token: null, immediately: false };
    await here.execute(new StopContainer(here.context(), stop));
    await room.lookOn(ttlMs + 2 * intervalMs, here.monitor);

    expect(await room.container('c-1')).toMatchObject({ status: 'STOPPED', exitReason: 'enough' });
    expect(await room.lease(ship('SHIP-1'))).toMatchObject({ hold: null, previous: { token, reason: 'expired' } });
  });

  it('lets the next holder wait until no effect of the lost one can land', async () => {
    const token = await here.started({ containerId: 'c-1', ships: ['SHIP-1'] });
    for (const [effectId, withinMs] of [
      ['e-1', 90_000],
      ['e-2', 60_000],
    ] as const) {
      const intend = { type: 'intend', token, effectId, action: 'buy', withinMs, probe: {} } as const;
      await here.execute(new RecordEffect(here.context(), ship('SHIP-1'), intend));
    }
    const latestMs = room.clock.nowMs() + 90_000;
    await room.lookOn(ttlMs + 2 * intervalMs, here.monitor);

    const claim = () => here.outcome(new AcquireLease(here.context(), acquiring('SHIP-1', 'agent-1')));
    expect(await claim()).toMatchObject({ type: 'NotFreeYet', freeFromMs: latestMs });
    room.clock.pass(latestMs - room.clock.nowMs() - 1);
    expect(await claim()).toMatchObject({ type: 'NotFreeYet' });
    room.clock.pass(1);
    expect(await claim()).toMatchObject({ type: 'Granted', hold: { token: token + 1 } });
  });

  it('[A241] leaves a worker that comes back late nothing to say, but a next attempt if the ship is free', async () => {
    const token = await here.started({ containerId: 'c-1', ships: ['SHIP-1'] });
    await room.lookOn(ttlMs + 2 * intervalMs, here.monitor);

    expect(await renewAll(here, 'c-1', token)).toMatchObject({ type: 'Renewed', heartbeat: null });
    const visit = { type: 'visit', token, waypoint: 'X1-A-1' } as const;
    expect(await here.outcome(new ReportProgress(here.context(), 'c-1', visit))).toMatchObject({ type: 'WrongStatus' });
    const intend = { type: 'intend', token, effectId: 'e', action: 'buy', withinMs: 9, probe: {} } as const;
    expect(await here.outcome(new RecordEffect(here.context(), ship('SHIP-1'), intend))).toMatchObject({
      type: 'StaleToken',
    });
    const again = new RestartContainer(here.context(), { containerId: 'c-1', token, immediately: false });
    expect(await here.outcome(again)).toMatchObject({
      type: 'Started',
      container: { attempt: 2, leases: [{ ship: 'SHIP-1', token: token + 1 }] },
    });
    expect(await renewAll(here, 'c-1', token)).toMatchObject({ type: 'StaleAttempt', currentToken: token + 1 });
    expect(violationsOf(await room.events())).toEqual([]);
  });
});
