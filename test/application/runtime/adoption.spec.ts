import { EndContainer } from '../../../src/application/containers/end-container.js';
import { StopContainer } from '../../../src/application/containers/stop-container.js';
import { LiftReservation, ReserveLease } from '../../../src/application/leases/operator-acts.js';
import { decodeEvent, UnreadableEvent } from '../../../src/application/events/event-codec.js';
import type { ContainerEvent } from '../../../src/domain/container/events.js';
import { containerStream } from '../../../src/domain/container/container.js';
import { leaseStream } from '../../../src/domain/lease/resource.js';
import { PlayerId } from '../../../src/domain/ids.js';
import { playerStream } from '../../../src/domain/player/player.js';
import { Custody, policy, ship } from '../../support/custody.js';
import { DaemonInstance, type DaemonOptions } from '../../support/daemons.js';
import { violationsOf } from '../../support/invariants.js';
import { MortalStore } from '../../support/mortal-store.js';

const ships = ['COOPER-2', 'MIRA-1'];
const started = ['ContainerCreated', 'ContainerStarting', 'ContainerStarted'];
const again = ['ContainerStarting', 'ContainerStarted'];

describe('a container whose daemon is gone', () => {
  let room: Custody;
  beforeEach(() => {
    room = new Custody();
  });
  afterEach(async () => expect(violationsOf(await room.events())).toEqual([]));

  const daemon = (name: string, options: DaemonOptions = {}) => new DaemonInstance(room, name, options).up();
  const types = (id: string) => room.typesIn(containerStream(id));
  async function running(on: DaemonInstance, containerId = 'c', restartPolicy: 'no' | 'on-failure' = 'on-failure') {
    await on.instance.started({ containerId, ships, runner: 'daemon', restartPolicy });
    await on.supervisor.takeUp(containerId);
    expect(on.operations.of(containerId)).toBeDefined();
  }
  /** Of the one that had it; the others are there. */
  const dead: DaemonOptions = { look: ({ mark }) => (mark?.began === 'first' ? 'dead' : 'alive') };

  it('[A040] is taken over once, though several daemons find it at the same moment, and keeps its ships', async () => {
    const first = await daemon('first');
    await running(first);
    first.vanish();
    const others = await Promise.all(['a', 'b', 'c'].map((name) => daemon(name, dead)));

    await Promise.all(others.map((each) => each.look()));
    await Promise.all(others.map((each) => each.look()));

    expect(await types('c')).toEqual([...started, ...again]);
    expect(others.filter(({ operations }) => operations.of('c'))).toHaveLength(1);
    for (const name of ships) {
      expect(await room.typesIn(leaseStream(ship(name)))).toEqual(['LeaseGranted', 'LeaseHandedOver']);
      expect((await room.lease(ship(name))).hold).toMatchObject({ token: 2, holder: { id: 'c', attempt: 2 } });
    }
    const [runner] = others.filter(({ supervisor }) => supervisor.has('c'));
    expect(await room.container('c')).toMatchObject({ status: 'RUNNING', attempt: 2, daemon: runner?.name });
  });

  it('is taken over though the player of another, or what was begun here, cannot be read', async () => {
    const first = await daemon('first');
    await first.instance.started({ containerId: 'good', ships: ['SHIP-1'], runner: 'daemon' });
    await first.instance.started({ containerId: 'bad', ships: ['SHIP-2'], runner: 'daemon', player: PlayerId(2) });
    first.vanish();
    const store = new MortalStore(room.log);
    store.before = (_, stream) => {
      if (stream === playerStream(2)) throw new UnreadableEvent('PlayerRegistered', 9, 'it is newer');
    };
    const second = await daemon('second', { ...dead, store });
    await second.instance.started({ containerId: 'unheard', ships: ['SHIP-3'], runner: 'daemon' });
    second.supervisor.takeUp = () => Promise.reject(new Error('it cannot be read'));
    const { failed } = await second.look();
    expect(failed.map(({ subject }) => subject).sort()).toEqual([playerStream(2), 'unheard'].sort());
    expect(await room.container('good')).toMatchObject({ attempt: 2, daemon: 'second' });
    expect(await room.container('bad')).toMatchObject({ attempt: 1, daemon: 'first' });
    expect((await room.lease(ship('SHIP-2', PlayerId(2)))).hold).toMatchObject({ holder: { id: 'bad' } });
  });

  it('[A269] is interrupted like the others when it is being taken over while the daemon shuts down', async () => {
    const first = await daemon('first');
    await running(first);
    first.vanish();
    const second = await daemon('second', dead);
    const looking = second.look();
    while (!(await room.typesIn(leaseStream(ship(ships[0]!)))).includes('LeaseHandedOver'));
    expect(await types('c')).toEqual(started);
    second.instance.identity.layDown();
    await looking;

    expect(await room.container('c')).toMatchObject({ status: 'RUNNING', attempt: 2, daemon: 'second' });
    const drained = second.supervisor.drain();
    second.operations.of('c')?.end({ type: 'stopped' });
    expect(await drained).toMatchObject({ interrupted: ['c'], cut: [], unwritten: [] });
    expect(await room.container('c')).toMatchObject({ status: 'INTERRUPTED' });
  });

  it('is left alone while that daemon lives: its process is there, or it renews', async () => {
    const [first, alive, other] = [
      await daemon('first'),
      await daemon('alive', { look: () => 'alive' }),
      await daemon('other'),
    ];
    await running(first);
    for (let ms = 0; ms < 2 * policy.daemonTtlMs; ms += policy.daemonRenewMs) {
      first.supervisor.renewAll();
      first.instance.heartbeats.flush();
      await alive.look();
      await other.look();
      room.clock.pass(policy.daemonRenewMs);
    }
    expect(await types('c')).toEqual(started);
  });

  it('[A298] is taken over from another machine when it was silent for its whole time to live, and not before', async () => {
    const first = await daemon('first');
    await running(first);
    first.instance.heartbeats.flush();
    const other = await daemon('other');
    await other.look();
    room.clock.pass(policy.daemonTtlMs - 1_000);
    await other.look();
    expect(await types('c')).toEqual(started);
    room.clock.pass(2_000);
    await other.look();
    expect(await types('c')).toEqual([...started, ...again]);
    expect(other.operations.of('c')?.container).toMatchObject({ attempt: 2, leases: [{ token: 2 }, { token: 2 }] });
  });

  it('is not expired by the monitor before another daemon could take it over', async () => {
    const first = await daemon('first');
    await running(first);
    await room.lookOn(policy.amnestyMs + policy.daemonTtlMs, first.instance.monitor);
    expect(await types('c')).toEqual(started);
    const other = await daemon('other');
    await other.look();
    await room.lookOn(2 * policy.daemonTtlMs, first.instance.monitor);
    expect((await types('c')).at(-1)).toBe('ContainerInterrupted');
    expect((await room.lease(ship('COOPER-2'))).hold).toBeNull();
    await other.look();
    expect(await room.container('c')).toMatchObject({ status: 'RUNNING', attempt: 2, daemon: 'other' });
  });

  it('[A241] cannot be ended any more by the one that had it, and that one lets it go when it hears of it', async () => {
    const first = await daemon('first');
    await running(first);
    const other = await daemon('other', dead);
    await other.look();
    const before = await types('c');

    const attempt = first.operations.of('c');
    attempt?.end({ type: 'completed' });
    await first.instance.outcome(new EndContainer(first.instance.context(), 'c', 1, { type: 'completed' }));
    for (const event of await room.log.readForwards(containerStream('c'), { max: 100 })) {
      first.supervisor.hear(decodeEvent(event) as ContainerEvent);
    }

    expect(await types('c')).toEqual(before);
    expect(first.supervisor.has('c')).toBe(false);
    expect(attempt?.io.cut.aborted).toBe(true);
    expect(await room.container('c')).toMatchObject({ status: 'RUNNING', attempt: 2, daemon: 'other' });
  });

  it('waits for the end of its back-off, and uses no more of its budget for having been taken over', async () => {
    const first = await daemon('first');
    await running(first);
    const fail = { type: 'failed', error: 'no fuel', permanent: false } as const;
    await first.instance.outcome(new EndContainer(first.instance.context(), 'c', 1, fail));
    first.vanish();
    const other = await daemon('other', dead);
    const dueMs = (await room.container('c'))?.backOff?.notBeforeMs ?? 0;
    expect(dueMs).toBe(room.clock.nowMs() + 5_000);
    await other.look();
    while (other.operations.of('c') === undefined) await new Promise((resolve) => setImmediate(resolve));
    expect(room.clock.nowMs()).toBeGreaterThanOrEqual(dueMs);
    expect(await room.container('c')).toMatchObject({ attempt: 2, restartCount: 1, status: 'RUNNING' });
  });

  it('is stopped if it was asked to stop', async () => {
    const first = await daemon('first');
    await running(first);
    const ask = { containerId: 'c', reason: 'lunch', token: null, immediately: false };
    await first.instance.outcome(new StopContainer(first.instance.context(), ask));
    first.vanish();
    const other = await daemon('other', dead);
    await other.look();
    expect(await room.container('c')).toMatchObject({ status: 'STOPPED', exitReason: 'lunch', attempt: 1 });
    expect((await room.lease(ship('COOPER-2'))).previous).toMatchObject({ reason: 'stopped' });
  });

  it('[F22] stays stopped if somebody stops it while it is being taken over', async () => {
    const store = new MortalStore(room.log);
    const first = await daemon('first');
    await running(first);
    first.vanish();
    const other = await daemon('other', { ...dead, store });
    store.before = async (verb, stream) => {
      if (verb !== 'append' || !stream.startsWith('ship-')) return;
      store.before = () => undefined;
      const ask = { containerId: 'c', reason: 'lunch', token: null, immediately: true };
      await first.instance.outcome(new StopContainer(first.instance.context(), ask));
    };
    await other.look();
    expect(await types('c')).toEqual([...started, 'ContainerStopRequested', 'ContainerStopped']);
    expect(other.operations.of('c')).toBeUndefined();
    for (const name of ships) expect((await room.lease(ship(name))).hold).toBeNull();
  });

  it('waits while one of its ships is reserved, and goes on when it is not any more', async () => {
    const first = await daemon('first');
    await running(first);
    const { instance } = first;
    await room.lookOn(policy.amnestyMs + 3 * policy.daemonTtlMs, instance.monitor);
    const mira = { resource: ship('MIRA-1'), operator: 'ada', reason: 'mine' };
    await instance.outcome(new ReserveLease(instance.context(), { ...mira, displaces: false }));
    const other = await daemon('other', dead);
    expect((await other.look()).failed).toEqual([]);
    expect(await room.container('c')).toMatchObject({ status: 'INTERRUPTED', attempt: 1 });
    await instance.outcome(new LiftReservation(instance.context(), mira));
    await other.look();
    expect(await room.container('c')).toMatchObject({ status: 'RUNNING', attempt: 2 });
  });

  it('[A040] is taken over once too where it holds no ship', async () => {
    const first = await daemon('first');
    await first.instance.started({ containerId: 'c', ships: [], runner: 'daemon' });
    first.vanish();
    const others = await Promise.all(['a', 'b', 'c'].map((name) => daemon(name, dead)));
    await Promise.all(others.map((each) => each.look()));
    await Promise.all(others.map((each) => each.look()));
    expect(await types('c')).toEqual([...started, ...again]);
    expect(others.filter(({ operations }) => operations.of('c'))).toHaveLength(1);
  });

  it('is run by the daemon in whose name it was begun, though that one never heard of its beginning', async () => {
    const first = await daemon('first');
    await first.instance.started({ containerId: 'c', ships, runner: 'daemon' });
    expect(first.operations.of('c')).toBeUndefined();
    await first.look();
    expect(first.operations.of('c')?.container).toMatchObject({ attempt: 1 });
    await first.look();
    expect(first.operations.running).toHaveLength(1);
  });

  it('is no matter of a daemon if a worker runs it', async () => {
    const first = await daemon('first', dead);
    await first.instance.started({ containerId: 'c', ships });
    room.clock.pass(10 * policy.daemonTtlMs);
    await first.look();
    expect(await types('c')).toEqual(started);
    expect(first.operations.of('c')).toBeUndefined();
  });
});
