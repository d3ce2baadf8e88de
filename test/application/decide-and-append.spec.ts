import { TooContended, type DecisionRules } from '../../src/application/decide-and-append.js';
import { EndContainer } from '../../src/application/containers/end-container.js';
import { ReportProgress } from '../../src/application/containers/report-progress.js';
import { decideContainer } from '../../src/application/containers/decide-container.js';
import { AcquireLease } from '../../src/application/leases/acquire-lease.js';
import { RecordEffect } from '../../src/application/leases/record-effect.js';
import { ReleaseLease } from '../../src/application/leases/release-lease.js';
import type { RecordedEvent } from '../../src/application/ports/event-store.js';
import { container, containerStream } from '../../src/domain/container/container.js';
import { completeIteration } from '../../src/domain/container/progress.js';
import { decided } from '../../src/domain/kernel/decider.js';
import { lease } from '../../src/domain/lease/lease.js';
import { leaseStream } from '../../src/domain/lease/resource.js';
import { uuids } from '../../src/infrastructure/ids.js';
import { acquiring, Custody, ship, type Instance } from '../support/custody.js';
import { violationsOf } from '../support/invariants.js';
import { MortalStore } from '../support/mortal-store.js';

const stream = leaseStream(ship('SHIP-1'));

function counted(room: Custody, rules: Partial<DecisionRules> = {}): { store: MortalStore; instance: Instance } {
  const store = new MortalStore(room.log);
  return { store, instance: room.instance({ store, rules }) };
}
const acquire = (instance: Instance, agent: string, name?: string) =>
  instance.outcome(new AcquireLease(instance.context(name), acquiring('SHIP-1', agent)));
const release = (instance: Instance, agent: string, token: number, name?: string) =>
  instance.outcome(
    new ReleaseLease(instance.context(name), {
      resource: ship('SHIP-1'),
      holder: { kind: 'agent', id: agent },
      token,
      reason: 'manual',
      detail: '',
      by: null,
    }),
  );
const effect = (instance: Instance, token: number, i: number, type: 'intend' | 'observe' = 'intend') =>
  instance.outcome(
    new RecordEffect(
      instance.context(),
      ship('SHIP-1'),
      type === 'intend'
        ? { type, token, effectId: `e-${i}`, action: 'buy', withinMs: 1_000, probe: {} }
        : { type, token, effectId: `e-${i}`, result: 'happened', evidence: {} },
    ),
  );

/** So many iterations of one container in one append. */
function iterate(instance: Instance, token: number, times: number) {
  return decideContainer(instance.decisions, instance.context(), 'c-1', (state, nowMs) => {
    const ask = { containerId: 'c-1', token, visited: [], report: {}, nowMs };
    const events = [];
    for (let i = 0, now = state; i < times; i++) {
      const [event] = completeIteration(ask, now).events;
      if (!event) break;
      events.push(event);
      now = container.evolve(now, event);
    }
    return decided(null, ...events);
  });
}

describe('deciding on one stream', () => {
  let room: Custody;
  beforeEach(() => {
    room = new Custody();
  });

  it('[A236, A238] decides again when another instance wrote first, on what is there then', async () => {
    const [here, there] = [room.instance(), room.instance()];
    const [one, other] = await Promise.all([acquire(here, 'agent-1'), acquire(there, 'agent-2')]);

    const winner = [one, other].filter(({ type }) => type === 'Granted');
    const loser = [one, other].filter(({ type }) => type === 'HeldByAnother');
    expect([winner.length, loser.length]).toEqual([1, 1]);
    expect(await room.typesIn(stream)).toEqual(['LeaseGranted']);
  });

  it('[F22] gives one of fifty their way at the same revision', async () => {
    const instances = Array.from({ length: 50 }, () => room.instance());
    const outcomes = await Promise.all(instances.map((instance, i) => acquire(instance, `agent-${i}`)));

    expect(outcomes.filter(({ type }) => type === 'Granted')).toHaveLength(1);
    expect(outcomes.filter(({ type }) => type === 'HeldByAnother')).toHaveLength(49);
    expect(await room.typesIn(stream)).toEqual(['LeaseGranted']);
  });

  it('never refuses out of its memory: what another instance released is free', async () => {
    const [here, there] = [room.instance(), room.instance()];
    const first = await here.acquired('SHIP-1', 'agent-1');
    await acquire(there, 'agent-2');
    await release(here, 'agent-1', first);

    expect(await acquire(there, 'agent-2')).toMatchObject({ type: 'Granted', hold: { token: first + 1 } });
    expect(await release(here, 'agent-1', first)).toMatchObject({ type: 'StaleToken', lastToken: first + 1 });
  });

  it('[A237, A239] never writes out of its memory: every append names the revision it was folded from', async () => {
    const [here, there] = [room.instance(), room.instance()];
    const first = await here.acquired('SHIP-1', 'agent-1');
    await release(there, 'agent-1', first);
    await acquire(there, 'agent-2');

    expect(await effect(here, first, 1)).toMatchObject({ type: 'StaleToken' });
    expect(violationsOf(await room.events())).toEqual([]);
  });

  it.each([
    [0, [0]],
    [1, [1]],
    [12, [12]],
    [40, [16, 16]],
  ])('reads what is new to it, or the newest chapter where that is much: %i by others', async (others, read) => {
    const { store, instance } = counted(room, { chapterLength: 14 });
    await acquire(instance, 'agent-1');
    const rival = room.instance({ rules: { chapterLength: 14 } });
    const news = async () => (await room.events()).length - 1;
    while ((await news()) < others) await effect(rival, 1, await news());
    const from = store.calls.length;
    const { state } = await instance.decisions.current(lease, stream);

    expect(state).toEqual(await room.lease(ship('SHIP-1')));
    expect(store.calls.slice(from)).toEqual(read.map((events) => ({ verb: 'read', stream, events })));
  });

  it('reads a stream anew that no longer shows what follows on what is remembered', async () => {
    const { store, instance } = counted(room);
    await acquire(instance, 'agent-1');
    const rival = room.instance();
    for (let i = 0; i < 5; i++) await effect(rival, 1, i);
    const [{ metadata }] = (await room.events()) as [RecordedEvent];
    const settings = { id: uuids.uuid(), type: '$metadata', data: { $maxCount: 2 }, metadata };
    await room.log.append(`$$${stream}`, 'none', [settings]);
    const from = store.calls.length;
    await instance.decisions.current(lease, stream);

    expect(store.calls.slice(from).map(({ events }) => events)).toEqual([2, 2, 0]);
  });

  it('finds its way where the log was restored from a copy that lacks what is remembered', async () => {
    const copy = new Custody();
    await acquire(copy.instance(), 'agent-1');
    let log = room.log;
    const store = new Proxy(log, { get: (_, name: 'append') => log[name].bind(log) });
    const instance = room.instance({ store });
    const token = await instance.acquired('SHIP-1', 'agent-1');
    await release(instance, 'agent-1', token);
    log = copy.log;

    expect(await acquire(instance, 'agent-2')).toMatchObject({ type: 'HeldByAnother', hold: { token: 1 } });
    expect(await copy.typesIn(stream)).toEqual(['LeaseGranted']);
  });

  it('gives up after so many tries, and has written nothing', async () => {
    const { store, instance } = counted(room, { attempts: 3 });
    const rival = room.instance();
    let others = 0;
    store.before = async (verb) => {
      if (verb !== 'append') return;
      const token = await rival.acquired('SHIP-1', `rival-${++others}`);
      await release(rival, `rival-${others}`, token);
    };

    await expect(acquire(instance, 'agent-1')).rejects.toThrow(TooContended);
    expect(others).toBe(3);
    expect((await room.events()).map(({ data }) => JSON.stringify(data)).join()).not.toContain('agent-1');
  });

  it('derives the id of an event from its command, its stream, its place and what it says', async () => {
    const here = room.instance();
    await acquire(here, 'agent-1', 'the-command');
    const [event] = await room.events();
    expect(event?.id).toBe(uuids.derived('the-command', stream, '0', JSON.stringify(event?.data)));
    expect(event?.metadata).toMatchObject({ commandId: 'the-command', $correlationId: 'the-command', via: 'test' });
  });
});

describe('one command that two instances carry out at the same moment', () => {
  it('[F10] is done once, and both answer and remember what stands in the log', async () => {
    const room = new Custody();
    const store = new MortalStore(room.log);
    const late = room.instance({ store });
    const other = room.instance();
    store.before = async (verb) => {
      if (verb !== 'append') return;
      store.before = () => undefined;
      room.clock.pass(5);
      await acquire(other, 'agent-1', 'the-command');
    };
    const answer = await acquire(late, 'agent-1', 'the-command');

    expect(await room.typesIn(stream)).toEqual(['LeaseGranted']);
    const { hold } = await room.lease(ship('SHIP-1'));
    expect(answer).toMatchObject({ type: 'Granted', hold });
    for (const instance of [late, other]) {
      expect((await instance.decisions.lastSeen(lease, stream)).state.hold).toEqual(hold);
    }
  });
});

describe('chapters', () => {
  const chapterLength = 10;
  let room: Custody;
  beforeEach(() => {
    room = new Custody();
  });

  it('are opened anew when they grow long, with everything that holds', async () => {
    const { instance } = counted(room, { chapterLength });
    const token = await instance.acquired('SHIP-1', 'agent-1');
    for (let i = 0; i < 25; i++) await effect(instance, token, i);

    const types = await room.typesIn(stream);
    expect(types.filter((type) => type === 'LeaseChapterOpened')).toHaveLength(2);
    expect(types.length).toBe(28);
    expect((await room.lease(ship('SHIP-1'))).effects).toHaveLength(25);
    expect(violationsOf(await room.events())).toEqual([]);
  });

  it('are all that a fresh instance reads, however much lies before them', async () => {
    const writer = room.instance({ rules: { chapterLength } });
    for (let round = 0; round < 40; round++) {
      const token = await writer.acquired('SHIP-1', `agent-${round}`);
      for (let i = 0; i < 12; i++) await effect(writer, token, i).then(() => effect(writer, token, i, 'observe'));
      await release(writer, `agent-${round}`, token);
    }
    const { store, instance } = counted(room, { chapterLength });
    const fresh = await instance.decisions.current(lease, stream);

    expect(fresh.state).toEqual(await room.lease(ship('SHIP-1')));
    expect(store.calls).toEqual([{ verb: 'read', stream, events: 16 }]);
  });

  it('keep the cost of a decision flat over 100,000 events', async () => {
    const { store, instance } = counted(room, { chapterLength: 128 });
    const token = await instance.started({ containerId: 'c-1', ships: [] });
    const visit = (waypoint: string) =>
      instance.outcome(new ReportProgress(instance.context(), 'c-1', { type: 'visit', token, waypoint }));
    const cost = async () => {
      const cold = counted(room);
      await cold.instance.outcome(new EndContainer(cold.instance.context(), 'c-1', 999, { type: 'completed' }));
      const from = store.calls.length;
      await visit('X1-COST-1');
      await visit('X1-COST-2');
      const warm = store.calls.slice(from);
      return {
        coldReads: cold.store.calls.length,
        coldEvents: cold.store.calls.reduce((sum, { events }) => sum + events, 0),
        warmReads: warm.filter(({ verb }) => verb === 'read').length,
        warmAppends: warm.filter(({ verb }) => verb === 'append').length,
      };
    };
    const costs: Awaited<ReturnType<typeof cost>>[] = [];
    for (const events of [1_000, 10_000, 100_000]) {
      while ((await room.log.headPosition()) < BigInt(events)) await iterate(instance, token, 120);
      costs.push(await cost());
    }
    for (const each of costs) {
      expect(each).toMatchObject({ warmReads: 0, warmAppends: 2 });
      expect(each.coldReads).toBeLessThanOrEqual(4);
      expect(each.coldEvents).toBeLessThanOrEqual(16 + 128 + 8);
    }
  }, 120_000);

  it('are refolded alike from the memory of an instance and from the log', async () => {
    const here = room.instance({ rules: { chapterLength: 3 } });
    const there = room.instance({ rules: { chapterLength: 3 } });
    const token = await here.acquired('SHIP-1', 'agent-1');
    for (let i = 0; i < 40; i++) await effect(i % 3 === 0 ? there : here, token, i);
    const [mine, other] = [await here.decisions.current(lease, stream), await there.decisions.current(lease, stream)];

    expect(mine.state).toEqual(other.state);
    expect(mine.state).toEqual(await room.lease(ship('SHIP-1')));
  });
});

describe('a command that is asked again', () => {
  let room: Custody;
  let here: Instance;
  beforeEach(() => {
    room = new Custody();
    here = room.instance({ rules: { chapterLength: 100 } });
  });
  const again = async (instance = room.instance()) => {
    const before = await room.events();
    const outcome = await acquire(instance, 'agent-1', 'the-command');
    expect(await room.events()).toEqual(before);
    return outcome;
  };

  it('is answered as it was then, and writes nothing', async () => {
    const first = await acquire(here, 'agent-1', 'the-command');
    room.clock.pass(60_000);
    expect(await again()).toEqual(first);
    expect(await again(here)).toEqual(first);
  });

  it('is answered as it was then though others have had the ship since', async () => {
    await here.acquired('SHIP-1', 'agent-0').then((token) => release(here, 'agent-0', token));
    const first = await acquire(here, 'agent-1', 'the-command');
    await release(here, 'agent-1', 2);
    for (let i = 2; i < 6; i++) await release(here, `agent-${i}`, await here.acquired('SHIP-1', `agent-${i}`));

    expect(await again()).toEqual(first);
    expect(first).toMatchObject({ type: 'Granted', hold: { token: 2 }, inherited: { previous: { token: 1 } } });
  });

  it('is answered as it was then though many events followed, and a chapter', async () => {
    const first = await acquire(here, 'agent-1', 'the-command');
    for (let i = 0; i < 150; i++) await effect(here, 1, i);
    expect(await room.typesIn(stream)).toContain('LeaseChapterOpened');
    expect(await again()).toEqual(first);
  });

  it('is answered as it was then where it was what opened the newest chapter', async () => {
    const given = room.instance({ rules: { chapterLength: 5 } });
    await given.acquired('SHIP-1', 'agent-1');
    for (let i = 0; i < 5; i++) await effect(given, 1, i);
    const settle = (name: string) =>
      given.outcome(
        new RecordEffect(given.context(name), ship('SHIP-1'), {
          type: 'observe',
          token: 1,
          effectId: 'e-3',
          result: 'happened',
          evidence: {},
        }),
      );
    const first = await settle('observing');
    expect((await room.typesIn(stream)).slice(-2)).toEqual(['EffectObserved', 'LeaseChapterOpened']);
    const before = await room.events();
    expect(await settle('observing')).toEqual(first);
    expect(await room.events()).toEqual(before);
  });

  it('is refused again where it was refused, or granted if it can be now', async () => {
    await here.acquired('SHIP-1', 'agent-0');
    expect(await again()).toMatchObject({ type: 'HeldByAnother' });
    await release(here, 'agent-0', 1);
    expect(await acquire(here, 'agent-1', 'the-command')).toMatchObject({ type: 'Granted', hold: { token: 2 } });
  });

  it('is found also by the instance that lost the race against itself', async () => {
    const token = await here.started({ containerId: 'c-1', ships: [], restartPolicy: 'no' });
    const there = room.instance();
    await there.outcome(new ReportProgress(there.context(), 'c-1', { type: 'visit', token, waypoint: 'X1-A-1' }));
    const complete = (instance: Instance) =>
      instance.outcome(new EndContainer(instance.context('ending'), 'c-1', token, { type: 'completed' }));

    const outcomes = await Promise.all([complete(here), complete(there)]);

    expect(outcomes.map(({ type }) => type)).toEqual(['ContainerChanged', 'ContainerChanged']);
    expect((await room.typesIn(containerStream('c-1'))).filter((type) => type === 'ContainerCompleted')).toHaveLength(
      1,
    );
  });

  it('answers with the container as it was then, and frees nothing of a later attempt', async () => {
    const failed = { type: 'failed', error: 'x', permanent: false } as const;
    const token = await here.started({ containerId: 'c-1', ships: ['SHIP-1'] });
    const failing = () => here.outcome(new EndContainer(here.context('failing'), 'c-1', token, failed));
    const first = await failing();
    const end = new EndContainer(here.context(), 'c-1', token, { ...failed, permanent: true });
    await here.execute(end);

    expect(await failing()).toEqual(first);
    expect(first).toMatchObject({ type: 'ContainerChanged', container: { status: 'RUNNING' }, ships: [] });
  });
});
