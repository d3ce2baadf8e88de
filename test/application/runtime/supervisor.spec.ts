import { EndContainer } from '../../../src/application/containers/end-container.js';
import { StartContainer } from '../../../src/application/containers/start-container.js';
import { StopContainer } from '../../../src/application/containers/stop-container.js';
import { decideContainer } from '../../../src/application/containers/decide-container.js';
import { StoreUnavailable } from '../../../src/application/ports/event-store.js';
import type { RunAttempt } from '../../../src/application/runtime/attempt-run.js';
import { complete } from '../../../src/domain/container/attempts.js';
import { containerStream } from '../../../src/domain/container/container.js';
import { Custody, policy, ship as resource, startOf } from '../../support/custody.js';
import { DaemonInstance, type DaemonOptions } from '../../support/daemons.js';
import { eventually } from '../../support/eventually.js';
import { violationsOf } from '../../support/invariants.js';
import { MortalStore } from '../../support/mortal-store.js';
import { Theatre } from '../../support/operation-runs.js';
import { tourOf, worldWith } from '../../support/scenarios.js';

describe('a daemon that runs containers', () => {
  let room: Custody;
  beforeEach(() => {
    room = new Custody();
  });
  afterEach(async () => expect(violationsOf(await room.events())).toEqual([]));

  const daemon = (options: DaemonOptions = {}) => new DaemonInstance(room, 'here', options).up();
  async function running(on: DaemonInstance, containerId: string, more: object = {}) {
    await on.instance.started({ containerId, runner: 'daemon', ...more });
    await on.supervisor.takeUp(containerId);
    return on.operations.of(containerId)!;
  }
  const types = (id: string) => room.typesIn(containerStream(id));
  const stop = (on: DaemonInstance, containerId: string) =>
    on.instance.outcome(
      new StopContainer(on.instance.context(), { containerId, reason: 'enough', token: null, immediately: false }),
    );

  it('[A250] runs nothing and beats for nothing where a ship could not be had: no row is left', async () => {
    const here = await daemon();
    await here.instance.acquired('SHIP-1', 'agent-7');
    const ask = startOf({ containerId: 'c', ships: ['SHIP-2', 'SHIP-1'], runner: 'daemon' });
    const outcome = await here.instance.outcome(new StartContainer(here.instance.context(), ask));
    expect(outcome).toMatchObject({ type: 'HeldByAnother', hold: { holder: { id: 'agent-7' } } });
    await here.supervisor.takeUp('c');
    here.supervisor.renewAll();
    expect(await room.container('c')).toBeNull();
    expect((await room.lease(resource('SHIP-2'))).hold).toBeNull();
    expect(here.operations.running).toEqual([]);
    expect(room.heartbeats.rows.get(containerStream('c'))).toBeUndefined();
  });

  it('[A253] calls nothing a crash that is tried again', async () => {
    const here = await daemon();
    const first = await running(here, 'c', { ships: ['SHIP-1'], maxIterations: 1 });
    first.end({ type: 'failed', error: 'the game has no time', permanent: false });
    await eventually(() => expect(here.operations.of('c')).not.toBe(first));
    here.operations.of('c')?.end({ type: 'completed' });
    await eventually(async () => expect(await room.container('c')).toMatchObject({ status: 'COMPLETED', attempt: 2 }));
    expect(await types('c')).not.toContain('ContainerFailed');
    expect((await room.lease(resource('SHIP-1'))).previous).toMatchObject({ reason: 'completed' });
  });

  it('[A256] leaves an infinite container INTERRUPTED where it ends itself, and writes no end of it', async () => {
    const theatre = new Theatre(worldWith());
    room = theatre.room;
    const here = await daemon({ operations: theatre.runtime().run });
    await here.instance.started({ ...tourOf(['X1-GZ7-A1', 'X1-GZ7-B2'], -1), runner: 'daemon' });
    await here.supervisor.takeUp('tour-1');
    await eventually(async () => expect((await room.container('tour-1'))?.iteration).toBeGreaterThan(0));
    const drained = await here.supervisor.drain();
    expect(drained).toMatchObject({ interrupted: ['tour-1'], cut: [], ended: [], unwritten: [] });
    expect(await room.container('tour-1')).toMatchObject({ status: 'INTERRUPTED', exitReason: 'daemon_shutdown' });
    expect((await types('tour-1')).filter((type) => /Completed$|Failed$|Stopped$/.test(type))).toEqual(
      expect.not.arrayContaining(['ContainerCompleted', 'ContainerFailed', 'ContainerStopped']),
    );
    expect((await room.lease(resource('COOPER-2'))).hold).not.toBeNull();
  });

  it('[A259, A051] frees the ship of one that ended and kept it, however often it is told to stop', async () => {
    const here = await daemon();
    const token = await here.instance.started({ containerId: 'c', ships: ['SHIP-1'] });
    const { decisions } = here.instance;
    // As a crash between the two appends of an end leaves it.
    await decideContainer(decisions, here.instance.context(), 'c', (state, nowMs) =>
      complete({ containerId: 'c', token, rules: policy.restart, nowMs }, state),
    );
    expect((await room.lease(resource('SHIP-1'))).hold).not.toBeNull();
    for (let i = 0; i < 3; i += 1)
      expect(await stop(here, 'c')).toMatchObject({ type: 'ContainerChanged', already: true });
    expect(await room.container('c')).toMatchObject({ status: 'COMPLETED' });
    expect(await room.lease(resource('SHIP-1'))).toMatchObject({ hold: null, previous: { reason: 'completed' } });

    const gone = await here.instance.started({ containerId: 'never-run', runner: 'daemon', ships: ['SHIP-2'] });
    expect(gone).toBe(1);
    expect(await stop(here, 'never-run')).toMatchObject({ type: 'ContainerChanged' });
    expect(await stop(here, 'never-run')).toMatchObject({ type: 'ContainerChanged' });
    expect(await room.container('never-run')).toMatchObject({ status: 'STOPPED' });
  });

  it('[A261] beats no more from the moment before an end is written', async () => {
    const store = new MortalStore(room.log);
    const here = await daemon({ store });
    const attempt = await running(here, 'c', { ships: ['SHIP-1'], maxIterations: 1 });
    here.supervisor.renewAll();
    const beat = () => room.heartbeats.rows.get(containerStream('c'))?.sequence;
    const before = beat();
    expect(before).toBeDefined();
    const seen: unknown[] = [];
    store.before = (verb, stream) => {
      if (verb !== 'append' || stream !== containerStream('c')) return;
      room.clock.pass(1_000);
      here.supervisor.renewAll();
      seen.push(beat());
    };
    attempt.end({ type: 'completed' });
    await eventually(async () => expect(await room.container('c')).toMatchObject({ status: 'COMPLETED' }));
    expect(seen).toEqual([before]);
  });

  it('[A268d] interrupts what has only just begun too, though the log has not told it yet', async () => {
    const deaf = new MortalStore(room.log);
    deaf.subscribe = () => ({ position: undefined, alive: true, stop: () => Promise.resolve() });
    const untilStopped: RunAttempt = {
      run: (_attempt, { stop: asked }) =>
        new Promise((resolve) => asked.addEventListener('abort', () => resolve({ type: 'stopped' }))),
    };
    const here = new DaemonInstance(room, 'here', { store: deaf, operations: untilStopped });
    await here.daemon.start('here', () => undefined);
    await here.instance.started({ containerId: 'c', runner: 'daemon', ships: ['SHIP-1'] });
    expect(await here.daemon.shutDown()).toMatchObject({ interrupted: ['c'], cut: [], unwritten: [] });
    expect(await room.container('c')).toMatchObject({ status: 'INTERRUPTED' });
  });

  it('[A063] lets no error of a log that is gone reach anybody, says what it could not write, and ends', async () => {
    const store = new MortalStore(room.log);
    const here = await daemon({ store });
    const attempt = await running(here, 'c', { ships: ['SHIP-1'] });
    const said: string[] = [];
    here.supervisor.say = (sentence) => void said.push(sentence);
    store.before = () => {
      throw new StoreUnavailable('the store is closed');
    };
    attempt.io.stop.addEventListener('abort', () => attempt.end({ type: 'stopped' }));
    const drained = await here.supervisor.drain();
    expect(drained).toMatchObject({ interrupted: [], ended: [], unwritten: ['c'] });
    expect(said[0]).toBe('Container c: the store is closed');
    expect(await room.container('c')).toMatchObject({ status: 'RUNNING' });
  });

  it('leaves an end that can never be written to silence, says so once, and neither beats for it nor runs it again', async () => {
    const store = new MortalStore(room.log);
    const here = await daemon({ store });
    const attempt = await running(here, 'c', { ships: ['SHIP-1'], maxIterations: 1 });
    const said: string[] = [];
    here.supervisor.say = (sentence) => void said.push(sentence);
    store.before = (verb) => {
      if (verb === 'append') throw new TypeError('a bug');
    };
    attempt.end({ type: 'completed' });
    await eventually(() => expect(here.supervisor.has('c')).toBe(false));
    const beat = room.heartbeats.rows.get(containerStream('c'))?.sequence;
    room.clock.pass(policy.daemonRenewMs);
    await here.supervisor.takeUp('c');
    here.supervisor.renewAll();
    expect(here.operations.of('c')).toBe(attempt);
    expect(room.heartbeats.rows.get(containerStream('c'))?.sequence).toBe(beat);
    expect(said).toEqual(['What became of container c cannot be written: a bug']);

    store.before = () => undefined;
    expect(await here.supervisor.drain()).toMatchObject({ interrupted: [], ended: [], unwritten: ['c'] });
  });

  it('runs the next attempt of one whose end could not be written', async () => {
    const store = new MortalStore(room.log);
    const here = await daemon({ store });
    const attempt = await running(here, 'c', { ships: ['SHIP-1'] });
    store.before = (verb) => {
      if (verb === 'append') throw new TypeError('a bug');
    };
    attempt.end({ type: 'completed' });
    await eventually(() => expect(here.supervisor.has('c')).toBe(false));
    store.before = () => undefined;
    await room.lookOn(policy.amnestyMs + 3 * policy.daemonTtlMs, here.instance.monitor);
    expect(await room.container('c')).toMatchObject({ status: 'INTERRUPTED' });
    await here.look();
    expect(here.operations.of('c')?.container.attempt).toBe(2);
  });

  it('counts among what ended in a shutdown only what ended in it', async () => {
    const here = await daemon();
    const early = await running(here, 'early', { ships: ['SHIP-1'], maxIterations: 1 });
    const late = await running(here, 'late', { ships: ['SHIP-2'], maxIterations: 1 });
    early.end({ type: 'completed' });
    await eventually(async () => expect(await room.container('early')).toMatchObject({ status: 'COMPLETED' }));
    await eventually(() => expect(here.supervisor.has('early')).toBe(false));
    late.io.stop.addEventListener('abort', () => late.end({ type: 'completed' }));
    expect(await here.supervisor.drain()).toEqual({ interrupted: [], cut: [], ended: ['late'], unwritten: [] });
  });

  it('[A295] stops what depends on a coordinator with it, and nothing that has ended or that is another’s', async () => {
    const here = await daemon();
    const coordinator = await running(here, 'coordinator', { containerType: 'MINING_COORDINATOR' });
    const worker = await running(here, 'worker', { ships: ['SHIP-1'], parentId: 'coordinator' });
    const done = await running(here, 'done', { ships: ['SHIP-2'], parentId: 'coordinator', maxIterations: 1 });
    const other = await running(here, 'other', { ships: ['SHIP-3'] });
    done.end({ type: 'completed' });
    await eventually(async () => expect(await room.container('done')).toMatchObject({ status: 'COMPLETED' }));
    for (const each of [coordinator, worker])
      each.io.stop.addEventListener('abort', () => each.end({ type: 'stopped' }));

    await stop(here, 'coordinator');
    here.supervisor.hear({
      type: 'ContainerStopRequested',
      containerId: 'coordinator',
      attempt: 1,
      reason: '',
      atMs: 1,
    });
    await eventually(async () => {
      const asked = await room.container('worker');
      if (asked?.status === 'STOPPING')
        here.supervisor.hear({
          type: 'ContainerStopRequested',
          containerId: 'worker',
          attempt: 1,
          reason: '',
          atMs: 1,
        });
      expect(await room.container('coordinator')).toMatchObject({ status: 'STOPPED' });
    });
    expect(await room.container('worker')).toMatchObject({ status: 'STOPPED', exitReason: 'parent stopped' });
    expect(await room.container('done')).toMatchObject({ status: 'COMPLETED' });
    expect(await room.container('other')).toMatchObject({ status: 'RUNNING' });
    expect(other.io.stop.aborted).toBe(false);
  });

  it('[A255] answers a late word of a worker that was stopped with nothing', async () => {
    const here = await daemon();
    const token = await here.instance.started({ containerId: 'c', ships: ['SHIP-1'] });
    const ask = { containerId: 'c', reason: 'enough', token: null, immediately: true };
    await here.instance.outcome(new StopContainer(here.instance.context(), ask));
    const late = await here.instance.outcome(
      new EndContainer(here.instance.context(), 'c', token, { type: 'failed', error: 'late', permanent: false }),
    );
    expect(late.type).not.toBe('ContainerChanged');
    expect(await room.container('c')).toMatchObject({ status: 'STOPPED' });
  });
});
