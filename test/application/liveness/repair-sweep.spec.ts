import { randomUUID } from 'node:crypto';
import { EndContainer } from '../../../src/application/containers/end-container.js';
import { RestartContainer } from '../../../src/application/containers/restart-container.js';
import { StartContainer } from '../../../src/application/containers/start-container.js';
import { StopContainer } from '../../../src/application/containers/stop-container.js';
import { AcquireLease } from '../../../src/application/leases/acquire-lease.js';
import { ReserveLease } from '../../../src/application/leases/operator-acts.js';
import { RecordEffect } from '../../../src/application/leases/record-effect.js';
import type { SweepRun } from '../../../src/application/liveness/repair-sweep.js';
import { containerStream } from '../../../src/domain/container/container.js';
import { leaseStream } from '../../../src/domain/lease/resource.js';
import { acquiring, Custody, operator, policy, ship, startOf, type Instance } from '../../support/custody.js';
import type { FakeClock } from '../../support/fake-clock.js';
import { violationsOf } from '../../support/invariants.js';
import { Killed, MortalStore } from '../../support/mortal-store.js';

const { repairGraceMs: graceMs, stopGraceMs } = policy;
const done = ({ repaired }: SweepRun) => repaired.map(({ type }) => type);
const incur = { type: 'incur', obligationId: 'o-1', good: 'IRON_ORE', units: 40 } as const;

/** A lease of a container that does not exist: all that a start wrote before its process died. */
async function orphan(room: Custody, symbol: string, containerId: string): Promise<void> {
  const store = new MortalStore(room.log);
  const dying = room.instance({ store });
  store.before = (verb, stream) => {
    if (verb === 'append' && stream.startsWith('container-')) store.die();
  };
  const start = new StartContainer(dying.context(), startOf({ containerId, ships: [symbol] }));
  await expect(dying.execute(start)).rejects.toThrow(Killed);
}

/** A restart whose process died before the attempt began: its ships are held by an attempt that there is not. */
async function halfRestarted(room: Custody, containerId: string): Promise<void> {
  const store = new MortalStore(room.log);
  const dying = room.instance({ store });
  store.before = (verb, stream) => {
    if (verb === 'append' && stream.startsWith('container-')) store.die();
  };
  const restart = new RestartContainer(dying.context(), { containerId, token: null, immediately: true });
  await expect(dying.execute(restart)).rejects.toThrow(Killed);
}

/** A container that ended, and its process died before it freed the ships. */
async function halfEnded(room: Custody, containerId: string, token: number): Promise<void> {
  const store = new MortalStore(room.log);
  const dying = room.instance({ store });
  store.before = (verb, stream) => {
    if (verb === 'append' && stream.startsWith('ship-')) store.die();
  };
  const end = new EndContainer(dying.context(), containerId, token, { type: 'completed' });
  await expect(dying.execute(end)).rejects.toThrow(Killed);
}

describe('the sweep', () => {
  let room: Custody;
  let here: Instance;
  beforeEach(async () => {
    room = new Custody();
    here = await room.up();
  });

  it('[A070, A073, A227] frees ships of containers that do not exist, and says so', async () => {
    const ships = ['SHIP-1', 'SHIP-2', 'SHIP-3'];
    for (const symbol of ships) await orphan(room, symbol, `gone-${symbol}`);
    room.clock.pass(graceMs);

    const run = await here.sweep.run(false);

    expect(run.repaired).toMatchObject(
      ships.map((name) => ({
        type: 'ReleaseOrphan',
        resource: { name },
        holder: { id: `gone-${name}` },
        reason: 'stale_cleanup',
        detail: 'holder_unknown',
      })),
    );
    for (const symbol of ships) {
      expect(await room.lease(ship(symbol))).toMatchObject({ hold: null, previous: { reason: 'stale_cleanup' } });
    }
  });

  it('[A006] calls it daemon_restart at the start', async () => {
    await orphan(room, 'SHIP-1', 'zombie-container-123');
    room.clock.pass(graceMs);
    await here.sweep.run(true);

    expect(await room.lease(ship('SHIP-1'))).toMatchObject({
      hold: null,
      previous: { reason: 'daemon_restart', detail: 'holder_unknown' },
    });
  });

  it('[A077] leaves alone what is younger than the grace', async () => {
    await orphan(room, 'SHIP-1', 'c-1');
    room.clock.pass(graceMs - 1);
    expect(done(await here.sweep.run(false))).toEqual([]);
    room.clock.pass(1);
    expect(done(await here.sweep.run(false))).toEqual(['ReleaseOrphan']);
  });

  describe('on a machine whose wall clock is far ahead', () => {
    let ahead: FakeClock;
    let skewed: Instance;
    const pass = (ms: number) => [room.clock, ahead].forEach((each) => each.pass(ms));
    beforeEach(() => {
      ahead = room.clock.another();
      ahead.jumpWall(10 * graceMs);
      skewed = room.instance({ clock: ahead });
    });

    it('[A077] leaves a claim alone that was made before it came up, until its grace is over by the log’s time', async () => {
      await orphan(room, 'SHIP-1', 'c-1');
      pass(graceMs - 1);
      await skewed.comesUp();
      expect(done(await skewed.sweep.run(true))).toEqual([]);
      pass(1);
      expect(done(await skewed.sweep.run(true))).toEqual(['ReleaseOrphan']);
    });

    it('waits for the answer to a stop for as long as everybody does', async () => {
      await skewed.comesUp();
      await here.started({ containerId: 'c-1', ships: ['SHIP-1'] });
      const stop = { containerId: 'c-1', reason: 'enough', token: null, immediately: false };
      await here.execute(new StopContainer(here.context(), stop));
      pass(stopGraceMs - 1);
      expect(done(await skewed.sweep.run(false))).toEqual([]);
      pass(1);
      expect(done(await skewed.sweep.run(false))).toEqual(['FinishStop']);
    });

    it('[A077] leaves a claim alone that was made since it came up, until its grace is over', async () => {
      await skewed.comesUp();
      await orphan(room, 'SHIP-1', 'c-1');
      pass(graceMs - 1);
      expect(done(await skewed.sweep.run(false))).toEqual([]);
      pass(1);
      expect(done(await skewed.sweep.run(false))).toEqual(['ReleaseOrphan']);
    });
  });

  it('[A072, A215, A216] leaves alone a running container, an interrupted one, a session and a reservation', async () => {
    await here.started({ containerId: 'c-1', ships: ['SHIP-1'] });
    await here.started({ containerId: 'c-0', ships: [] });
    await here.started({ containerId: 'c-2', ships: ['SHIP-2'] });
    await here.acquired('SHIP-3', 'agent-1');
    const reserve = { resource: ship('SHIP-4'), operator, reason: 'survey', displaces: false };
    await here.execute(new ReserveLease(here.context(), reserve));
    await orphan(room, 'SHIP-5', 'gone');
    room.clock.pass(3_600_000);

    // Nothing was written for so long that the log's time is known no more: its grace is counted from this first look.
    expect(done(await here.sweep.run(false))).toEqual([]);
    room.clock.pass(graceMs);
    expect(done(await here.sweep.run(false))).toEqual(['ReleaseOrphan']);
    expect(done(await here.sweep.run(false))).toEqual([]);
    for (const symbol of ['SHIP-1', 'SHIP-2', 'SHIP-3', 'SHIP-4']) {
      expect((await room.lease(ship(symbol))).hold).not.toBeNull();
    }
  });

  it('[A076, A217] frees what an ended container still has, with its outcome for a reason', async () => {
    const token = await here.started({ containerId: 'c-1', ships: ['SHIP-1', 'SHIP-2'] });
    await halfEnded(room, 'c-1', token);

    expect(done(await here.sweep.run(false))).toEqual(['ReleaseEnded', 'ReleaseEnded']);
    expect(await room.lease(ship('SHIP-2'))).toMatchObject({
      hold: null,
      previous: { reason: 'completed', detail: 'holder_ended' },
    });
  });

  it('finishes a stop that nobody answers, and frees the ships', async () => {
    await here.started({ containerId: 'c-1', ships: ['SHIP-1'] });
    const stop = { containerId: 'c-1', reason: 'enough', token: null, immediately: false };
    await here.execute(new StopContainer(here.context(), stop));
    room.clock.pass(stopGraceMs - 1);
    expect(done(await here.sweep.run(false))).toEqual([]);
    room.clock.pass(1);

    expect(done(await here.sweep.run(false))).toEqual(['FinishStop']);
    expect(await room.container('c-1')).toMatchObject({ status: 'STOPPED', exitReason: 'enough' });
    expect(await room.lease(ship('SHIP-1'))).toMatchObject({ hold: null, previous: { reason: 'stopped' } });
  });

  it('begins an attempt that a crash kept from beginning', async () => {
    await here.started({ containerId: 'c-1', ships: ['SHIP-1'] });
    await halfRestarted(room, 'c-1');
    expect(done(await here.sweep.run(false))).toEqual([]);
    room.clock.pass(graceMs);

    expect(done(await here.sweep.run(false))).toEqual(['FinishAttempt']);
    expect(await room.container('c-1')).toMatchObject({
      status: 'RUNNING',
      attempt: 2,
      leases: [{ ship: 'SHIP-1', token: 3 }],
    });
  });

  it('gives back what a restart of an ended container had taken, and the container can be restarted', async () => {
    const token = await here.started({ containerId: 'c-1', ships: ['SHIP-1'], restartPolicy: 'on-failure' });
    const failed = { type: 'failed', error: 'x', permanent: true } as const;
    await here.execute(new EndContainer(here.context(), 'c-1', token, failed));
    await halfRestarted(room, 'c-1');
    room.clock.pass(graceMs);

    expect(done(await here.sweep.run(false))).toEqual(['RollBackClaim']);
    const again = new RestartContainer(here.context(), { containerId: 'c-1', token: null, immediately: false });
    expect(await here.outcome(again)).toMatchObject({ type: 'Started', container: { attempt: 2 } });
  });

  it('interrupts a container that lost a ship, and nobody that it meets on the way', async () => {
    await here.started({ containerId: 'c-1', ships: ['SHIP-1', 'SHIP-2'] });
    const lost = {
      type: 'LeaseReleased',
      data: {
        resource: { ...ship('SHIP-1') },
        token: 1,
        holder: { kind: 'container', id: 'c-1', attempt: 1 },
        reason: 'manual',
        detail: 'by a tool that knows nothing of containers',
        by: { kind: 'operator', id: 'ada' },
        atMs: room.clock.nowMs(),
      },
    };
    const { metadata } = (await room.events())[0]!;
    await room.log.append(leaseStream(ship('SHIP-1')), 0n, [{ ...lost, id: randomUUID(), metadata }]);
    await here.started({ containerId: 'c-9', ships: ['SHIP-1', 'SHIP-9'] });
    room.clock.pass(graceMs);

    expect(done(await here.sweep.run(false))).toEqual(['InterruptWithoutLease']);
    expect(await room.container('c-1')).toMatchObject({ status: 'INTERRUPTED' });
    expect(await room.container('c-9')).toMatchObject({ status: 'RUNNING' });
    expect(done(await here.sweep.run(false))).toEqual([]);
  });

  it('keeps laden ships, and says what they owe', async () => {
    const token = await here.started({ containerId: 'c-1', ships: ['SHIP-1'] });
    await here.execute(new RecordEffect(here.context(), ship('SHIP-1'), { ...incur, token }));
    await here.execute(new EndContainer(here.context(), 'c-1', token, { type: 'completed' }));
    room.clock.pass(3_600_000);

    const run = await here.sweep.run(false);
    expect(run.repaired).toEqual([]);
    expect(run.kept).toMatchObject([{ resource: { name: 'SHIP-1' }, obligations: [{ good: 'IRON_ORE', units: 40 }] }]);
    expect((await room.lease(ship('SHIP-1'))).hold).toMatchObject({ token });
    expect(await here.outcome(new AcquireLease(here.context(), acquiring('SHIP-1', 'agent-1')))).toMatchObject({
      type: 'HeldByAnother',
    });
  });

  it('[A015, A205, A206] only tells of an active hold where nothing has moved for long', async () => {
    const token = await here.started({ containerId: 'c-1', ships: ['SHIP-1'] });
    expect((await here.sweep.run(false)).stale).toEqual([]);
    room.clock.pass(policy.staleAlertMs);
    expect((await here.sweep.run(false)).stale).toEqual([]);
    room.clock.pass(1);

    const run = await here.sweep.run(false);
    expect(run).toMatchObject({
      repaired: [],
      stale: [{ resource: { name: 'SHIP-1' }, holder: 'c-1', forMs: policy.staleAlertMs + 1 }],
    });
    expect((await room.lease(ship('SHIP-1'))).hold).toMatchObject({ token });
  });

  it('does not count the time in which nobody was here', async () => {
    await here.started({ containerId: 'c-1', ships: ['SHIP-1'] });
    room.clock.pass(10 * policy.staleAlertMs);
    const next = room.instance();
    expect((await next.sweep.run(true)).stale).toEqual([]);
    room.clock.pass(policy.staleAlertMs + 1);
    expect((await next.sweep.run(false)).stale).toMatchObject([{ forMs: policy.staleAlertMs + 1 }]);
  });

  it('[A207] never tells of an idle ship, however long nothing has moved', async () => {
    const token = await here.started({ containerId: 'c-1', ships: ['SHIP-1'] });
    await here.execute(new EndContainer(here.context(), 'c-1', token, { type: 'completed' }));
    room.clock.pass(600_000 + policy.staleAlertMs);
    expect(await here.sweep.run(false)).toMatchObject({ repaired: [], stale: [] });
  });

  it('[A230] of one player leaves the ships of another alone', async () => {
    await orphan(room, 'SHIP-1', 'gone');
    room.clock.pass(graceMs);
    expect(done(await here.sweep.run(false, 2))).toEqual([]);
    expect(done(await here.sweep.run(false, 1))).toEqual(['ReleaseOrphan']);
  });

  it('does nothing about what the view shows and the log no longer says', async () => {
    await orphan(room, 'SHIP-1', 'c-1');
    const token = await here.started({ containerId: 'c-2', ships: ['SHIP-2'] });
    await here.execute(new RecordEffect(here.context(), ship('SHIP-2'), { ...incur, token }));
    await here.execute(new EndContainer(here.context(), 'c-2', token, { type: 'completed' }));
    room.viewStopsAt = await room.log.headPosition();
    const start = new StartContainer(here.context(), startOf({ containerId: 'c-1', ships: ['SHIP-1'] }));
    expect(await here.outcome(start)).toMatchObject({ type: 'Started' });
    const settle = {
      type: 'settle',
      obligationId: 'o-1',
      how: 'sold',
      by: { kind: 'holder', id: 'c-2' },
      token,
    } as const;
    await here.execute(new RecordEffect(here.context(), ship('SHIP-2'), settle));
    const stop = { containerId: 'c-2', reason: 'free it', token: null, immediately: false };
    await here.execute(new StopContainer(here.context(), stop));
    room.clock.pass(graceMs);

    const before = await room.events();
    expect(await here.sweep.run(false)).toMatchObject({ looked: 2, repaired: [], kept: [], failed: [] });
    expect(await room.events()).toEqual(before);
  });

  it('by two instances at once repairs everything once', async () => {
    const there = room.instance();
    for (let i = 0; i < 10; i++) await orphan(room, `SHIP-${i}`, `gone-${i}`);
    const token = await here.started({ containerId: 'c-1', ships: ['LAST'] });
    await halfEnded(room, 'c-1', token);
    await here.started({ containerId: 'c-2', ships: ['OTHER'] });
    await halfRestarted(room, 'c-2');
    room.clock.pass(graceMs);

    await Promise.all([here.sweep.run(false), there.sweep.run(false)]);

    expect(violationsOf(await room.events())).toEqual([]);
    expect(await room.typesIn(leaseStream(ship('LAST')))).toEqual(['LeaseGranted', 'LeaseReleased']);
    expect(await room.container('c-2')).toMatchObject({ status: 'RUNNING', attempt: 2 });
    expect(done(await here.sweep.run(false))).toEqual([]);
  });

  it('leaves a ship alone whose holder cannot be read, and looks after the others', async () => {
    await orphan(room, 'SHIP-1', 'c-1');
    await orphan(room, 'SHIP-2', 'c-2');
    const { metadata } = (await room.events())[0]!;
    room.viewStopsAt = await room.log.headPosition();
    await room.log.append(containerStream('c-1'), 'none', [
      { id: randomUUID(), type: 'SomethingNew', data: {}, metadata },
    ]);
    room.clock.pass(graceMs);

    const run = await here.sweep.run(false);
    expect(run.failed).toEqual([{ subject: 'c-1', message: expect.stringContaining('SomethingNew') }]);
    expect((await room.lease(ship('SHIP-1'))).hold).not.toBeNull();
    expect((await room.lease(ship('SHIP-2'))).hold).toBeNull();
  });

  it('that is cut in any of its calls is finished by the next', async () => {
    const scene = async () => {
      const made = new Custody();
      const instance = made.instance();
      await orphan(made, 'SHIP-1', 'gone');
      const token = await instance.started({ containerId: 'c-1', ships: ['SHIP-2', 'SHIP-3'] });
      await halfEnded(made, 'c-1', token);
      await instance.started({ containerId: 'c-2', ships: ['SHIP-4', 'SHIP-5'] });
      await halfRestarted(made, 'c-2');
      await instance.started({ containerId: 'c-3', ships: ['SHIP-6'] });
      const stop = { containerId: 'c-3', reason: 'enough', token: null, immediately: false };
      await instance.execute(new StopContainer(instance.context(), stop));
      made.clock.pass(Math.max(graceMs, stopGraceMs));
      const store = new MortalStore(made.log);
      const { sweep } = await made.up({ store });
      return { made, store, sweep, calledBefore: store.calls.length };
    };
    const whole = await scene();
    expect(done(await whole.sweep.run(false)).sort()).toEqual([
      'FinishAttempt',
      'FinishStop',
      'ReleaseEnded',
      'ReleaseEnded',
      'ReleaseOrphan',
    ]);
    for (let at = 1; at <= whole.store.calls.length - whole.calledBefore; at++) {
      const { made, store, sweep } = await scene();
      store.dieIn({ at, done: at % 2 === 0 });
      await expect(sweep.run(false)).rejects.toThrow(Killed);
      const next = (await made.up()).sweep;
      await next.run(false);
      await next.run(false);
      expect({ at, third: done(await next.run(false)) }).toEqual({ at, third: [] });
      expect({ at, broken: violationsOf(await made.events()) }).toEqual({ at, broken: [] });
      for (const symbol of ['SHIP-1', 'SHIP-2', 'SHIP-3', 'SHIP-6']) {
        expect({ at, symbol, hold: (await made.lease(ship(symbol))).hold }).toEqual({ at, symbol, hold: null });
      }
    }
  });
});
