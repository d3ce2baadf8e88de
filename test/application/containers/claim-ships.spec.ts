import { EndContainer } from '../../../src/application/containers/end-container.js';
import { RestartContainer } from '../../../src/application/containers/restart-container.js';
import { StartContainer } from '../../../src/application/containers/start-container.js';
import { StopContainer } from '../../../src/application/containers/stop-container.js';
import { BreakLease } from '../../../src/application/leases/operator-acts.js';
import { RecordEffect } from '../../../src/application/leases/record-effect.js';
import { ReleaseLease } from '../../../src/application/leases/release-lease.js';
import { leaseStream } from '../../../src/domain/lease/resource.js';
import { Custody, operator, policy, ship, startOf, type Instance, type StartAsk } from '../../support/custody.js';
import { FakeClock } from '../../support/fake-clock.js';
import { violationsOf } from '../../support/invariants.js';
import { MortalStore } from '../../support/mortal-store.js';

type Ask = Partial<StartAsk> & Pick<StartAsk, 'containerId'>;

const start = (instance: Instance, ask: Ask, name?: string) =>
  instance.outcome(new StartContainer(instance.context(name), startOf(ask)));
const restart = (instance: Instance, name?: string) =>
  instance.outcome(
    new RestartContainer(instance.context(name), { containerId: 'c-1', token: null, immediately: true }),
  );
const failed = { type: 'failed', error: 'x', permanent: true } as const;

let room: Custody;
let here: Instance;
beforeEach(async () => {
  room = new Custody();
  here = await room.up();
});
afterEach(async () => {
  expect(violationsOf(await room.events())).toEqual([]);
});

describe('several ships for one container', () => {
  it('[A106] are all had or none: the last one refused, nothing is written', async () => {
    await here.acquired('SHIP-3', 'agent-1');
    const refused = await start(here, { containerId: 'c-1', ships: ['SHIP-1', 'SHIP-2', 'SHIP-3'] });

    expect(refused).toMatchObject({ type: 'HeldByAnother', hold: { holder: { id: 'agent-1' } } });
    expect(await room.container('c-1')).toBeNull();
    for (const symbol of ['SHIP-1', 'SHIP-2']) {
      expect(await room.lease(ship(symbol))).toMatchObject({ hold: null, previous: null, lastToken: 0 });
    }
    await here.acquired('SHIP-1', 'agent-2');
  });

  it.each(Array.from({ length: 12 }, (_, i) => i))(
    'are never shared by two claims that cross (after %d calls)',
    async (calls) => {
      const store = new MortalStore(room.log);
      const one = room.instance({ store });
      const other = room.instance();
      let crossing: Promise<unknown> | undefined;
      store.before = async () => {
        if (store.calls.length === calls && !crossing) {
          crossing = start(other, { containerId: 'c-2', ships: ['SHIP-3', 'SHIP-2'] });
          await crossing;
        }
      };
      const mine = await start(one, { containerId: 'c-1', ships: ['SHIP-1', 'SHIP-2', 'SHIP-3'] });
      const theirs = (await crossing) as { type: string } | undefined;

      const started = [mine, theirs].filter((outcome) => outcome?.type === 'Started');
      expect(started).toHaveLength(1);
      const loser = mine.type === 'Started' ? 'c-2' : 'c-1';
      expect(await room.container(loser)).toBeNull();
      for (const { assignment } of await room.holds()) expect(assignment?.holder?.id).not.toBe(loser);
    },
  );

  it('keep the order in which they were named; the first one names the token', async () => {
    await here.acquired('SHIP-2', 'agent-1').then((token) =>
      here.execute(
        new ReleaseLease(here.context(), {
          resource: ship('SHIP-2'),
          holder: null,
          token,
          reason: 'completed',
          detail: '',
          by: null,
        }),
      ),
    );
    expect(await start(here, { containerId: 'c-1', ships: ['SHIP-2', 'SHIP-1'] })).toMatchObject({
      container: {
        leases: [
          { ship: 'SHIP-2', token: 2 },
          { ship: 'SHIP-1', token: 1 },
        ],
      },
    });
  });

  it('refused as a whole are claimed anew when the same command is asked again', async () => {
    const other = await here.acquired('SHIP-2', 'agent-1');
    const ask = { containerId: 'c-1', ships: ['SHIP-1', 'SHIP-2'] };
    expect(await start(here, ask, 'the-command')).toMatchObject({ type: 'HeldByAnother' });
    expect(await start(here, ask, 'the-command')).toMatchObject({ type: 'HeldByAnother' });
    const give = {
      resource: ship('SHIP-2'),
      holder: null,
      token: other,
      reason: 'completed',
      detail: '',
      by: null,
    } as const;
    await here.execute(new ReleaseLease(here.context(), give));

    const started = await start(room.instance(), ask, 'the-command');
    expect(started).toMatchObject({ type: 'Started', container: { leases: [{ token: 1 }, { token: 2 }] } });
    expect((await room.lease(ship('SHIP-1'))).hold?.token).toBe(1);
    expect(await start(here, ask, 'the-command')).toEqual(started);
  });

  it('that were lost to somebody else before the repeat are not taken for one’s own', async () => {
    const store = new MortalStore(room.log);
    store.before = (verb, stream) => {
      if (verb === 'append' && stream === 'container-c-1') store.die();
    };
    const ask = { containerId: 'c-1', ships: ['SHIP-1', 'SHIP-2'] };
    await expect(start(room.instance({ store }), ask, 'the-command')).rejects.toThrow();
    await here.execute(new BreakLease(here.context(), { resource: ship('SHIP-1'), operator, reason: 'mine' }));

    expect(await start(here, ask, 'the-command')).toMatchObject({
      type: 'Started',
      container: {
        leases: [
          { ship: 'SHIP-1', token: 2 },
          { ship: 'SHIP-2', token: 1 },
        ],
      },
    });
  });

  it('taken by a try that died long ago cannot be cleared away under the repeat that builds on them', async () => {
    const ask = { containerId: 'c-1', ships: ['SHIP-1', 'SHIP-2'] };
    const dying = new MortalStore(room.log);
    const onContainer = (verb: string, stream: string) => verb === 'append' && stream === 'container-c-1';
    dying.before = (verb, stream) => (onContainer(verb, stream) ? dying.die() : undefined);
    await expect(start(room.instance({ store: dying }), ask, 'the-command')).rejects.toThrow();
    room.clock.pass(policy.repairGraceMs + 1);

    const sweeper = room.instance();
    const resource = ship('SHIP-1');
    const { holder, token } = (await room.lease(resource)).hold!;
    const orphan = { type: 'ReleaseOrphan', reason: 'stale_cleanup', detail: 'holder_unknown' } as const;
    let cleared = false;
    const store = new MortalStore(room.log);
    store.before = async (verb, stream) => {
      if (cleared || !onContainer(verb, stream)) return;
      cleared = true;
      await sweeper.repairs.carryOut({ ...orphan, resource, holder, token });
    };
    expect(await start(room.instance({ store }), ask, 'the-command')).toMatchObject({
      type: 'Started',
      container: { leases: [{ token: 2 }, { token: 2 }] },
    });
    expect(cleared).toBe(true);
    expect(violationsOf(await room.events())).toEqual([]);
  });

  it('taken before a long wait for another are looked at again after it', async () => {
    class SleepyClock extends FakeClock {
      onSleep: (count: number) => Promise<unknown> = () => Promise.resolve();
      #count = 0;
      override async sleep(ms: number): Promise<void> {
        await this.onSleep(++this.#count);
        this.pass(ms + policy.repairGraceMs);
      }
    }
    const clock = new SleepyClock();
    room = new Custody(clock);
    here = room.instance();
    const token = await here.started({ containerId: 'ending', ships: ['SHIP-2'] });
    const stop = { containerId: 'ending', reason: 'enough', token: null, immediately: false };
    await here.execute(new StopContainer(here.context(), stop));
    clock.onSleep = async (count) => {
      await (await room.up()).sweep.run(false);
      if (count === 2) await here.execute(new StopContainer(here.context(), { ...stop, token }));
    };
    expect(await start(here, { containerId: 'c-1', ships: ['SHIP-1', 'SHIP-2'] })).toMatchObject({ type: 'Started' });
    expect((await room.typesIn(leaseStream(ship('SHIP-1')))).slice(0, 3)).toEqual([
      'LeaseGranted',
      'LeaseReleased',
      'LeaseGranted',
    ]);
  });

  it('kept by an ended container for the cargo aboard are not waited for', async () => {
    const token = await here.started({ containerId: 'c-0', ships: ['SHIP-1'] });
    const incur = { type: 'incur', token, obligationId: 'o', good: 'FUEL', units: 1 } as const;
    await here.execute(new RecordEffect(here.context(), ship('SHIP-1'), incur));
    await here.execute(new EndContainer(here.context(), 'c-0', token, failed));
    const before = room.clock.monotonicMs();

    expect(await start(here, { containerId: 'c-1', ships: ['SHIP-1'] })).toMatchObject({ type: 'HeldByAnother' });
    expect(room.clock.monotonicMs()).toBe(before);
  });
});

describe('two starts of one id', () => {
  it('[A033] at the same moment make one container, and it keeps its ships', async () => {
    const there = room.instance();
    const ask = { containerId: 'c-1', ships: ['SHIP-1', 'SHIP-2'] };
    const outcomes = await Promise.all([start(here, ask), start(there, ask)]);

    expect(outcomes.map(({ type }) => type).sort()).toEqual(['AlreadyExists', 'Started']);
    const made = await room.container('c-1');
    for (const { ship: symbol, token } of made?.leases ?? []) {
      expect((await room.lease(ship(symbol))).hold).toMatchObject({ token, holder: { id: 'c-1' } });
    }
  });

  it('[A033] give back what only the second one wanted', async () => {
    const store = new MortalStore(room.log);
    const late = room.instance({ store });
    let met = false;
    store.before = async (verb, stream) => {
      if (verb !== 'append' || stream !== 'container-c-1' || met) return;
      met = true;
      await here.started({ containerId: 'c-1', ships: ['SHIP-1'] });
    };
    expect(await start(late, { containerId: 'c-1', ships: ['SHIP-1', 'SHIP-2'] })).toMatchObject({
      type: 'AlreadyExists',
    });
    expect((await room.lease(ship('SHIP-1'))).hold).not.toBeNull();
    expect((await room.lease(ship('SHIP-2'))).hold).toBeNull();
  });
});

describe('a start that stood still while its repeat was carried out', () => {
  const ask = { containerId: 'c-1', ships: ['SHIP-1'] };
  const onShip = (verb: string, stream: string, what: string) =>
    verb === what && stream === leaseStream(ship('SHIP-1'));
  /** Stands still before such a call, while the other instance does the whole of it and time goes by. */
  function standing(before: (verb: string, stream: string) => boolean, meanwhile: () => Promise<unknown>): Instance {
    const store = new MortalStore(room.log);
    store.before = async (verb, stream) => {
      if (!before(verb, stream)) return;
      store.before = () => undefined;
      await meanwhile();
    };
    return room.instance({ store });
  }

  it('[F9] takes nothing from the container that the repeat began', async () => {
    const late = standing(
      (verb, stream) => onShip(verb, stream, 'read'),
      async () => {
        await start(here, ask, 'the-command');
        room.clock.pass(policy.repairGraceMs);
      },
    );
    await start(late, ask, 'the-command');
    expect(await room.typesIn(leaseStream(ship('SHIP-1')))).toEqual(['LeaseGranted']);
    expect(await room.container('c-1')).toMatchObject({ status: 'RUNNING', leases: [{ token: 1 }] });
  });

  it('[F9] leaves it a lease to go on with where it came a moment too late to know', async () => {
    let late: Promise<unknown> = Promise.resolve();
    const first = standing(
      (verb, stream) => verb === 'append' && stream === 'container-c-1',
      async () => {
        room.clock.pass(policy.repairGraceMs);
        await new Promise<void>((resolve) => {
          // It has seen a claim that got no further, and stands still just before it takes that up.
          const second = standing(
            (verb, stream) => onShip(verb, stream, 'append'),
            async () => {
              resolve();
              while ((await room.container('c-1')) === null) await new Promise((turn) => setImmediate(turn));
              for (let i = 0; i < 50; i++) await new Promise((turn) => setImmediate(turn));
            },
          );
          late = start(second, ask, 'another-command');
        });
      },
    );
    expect(await start(first, ask, 'the-command')).toMatchObject({ type: 'Started' });
    await late;
    expect((await room.lease(ship('SHIP-1'))).hold).toMatchObject({ token: 2, holder: { id: 'c-1' } });
    expect(await room.container('c-1')).toMatchObject({ status: 'RUNNING', leases: [{ token: 1 }] });

    room.clock.pass(policy.repairGraceMs + 1);
    await here.sweep.run(false);
    expect(await room.container('c-1')).toMatchObject({ status: 'RUNNING', attempt: 2, leases: [{ token: 3 }] });
  });
});

describe('a container that takes over from another', () => {
  beforeEach(async () => {
    await here.started({ containerId: 'old', ships: ['SHIP-1', 'SHIP-2'] });
  });
  const takeOver = (more: Partial<StartAsk> = {}, name?: string) =>
    start(here, { containerId: 'new', ships: ['SHIP-1'], takesOver: { containerId: 'old' }, ...more }, name);

  it('[A100] has the ship without an idle gap, and the other one ends and frees the rest', async () => {
    expect(await takeOver()).toMatchObject({ type: 'Started', container: { leases: [{ ship: 'SHIP-1', token: 2 }] } });
    expect(await room.typesIn(leaseStream(ship('SHIP-1')))).toEqual(['LeaseGranted', 'LeaseHandedOver']);
    expect(await room.container('old')).toMatchObject({ status: 'STOPPED', exitReason: 'handed_over' });
    expect(await room.lease(ship('SHIP-2'))).toMatchObject({ hold: null, previous: { reason: 'handed_over' } });
  });

  it('[A101] has it also after the other one failed and freed it', async () => {
    await here.execute(new EndContainer(here.context(), 'old', 1, failed));
    expect(await takeOver()).toMatchObject({ type: 'Started' });
    expect(await room.lease(ship('SHIP-1'))).toMatchObject({ hold: { holder: { id: 'new' } } });
    expect(await room.container('old')).toMatchObject({ status: 'FAILED' });
  });

  it('[A102, A226] is refused where somebody else has it, and nobody is ended', async () => {
    await here.acquired('SHIP-3', 'different');
    expect(await takeOver({ ships: ['SHIP-1', 'SHIP-3'] })).toMatchObject({ type: 'HeldByAnother' });
    expect(await room.container('old')).toMatchObject({ status: 'RUNNING' });
    expect((await room.lease(ship('SHIP-1'))).hold).toMatchObject({ holder: { id: 'old' }, token: 1 });
    expect(await room.container('new')).toBeNull();
  });

  it('has a laden ship also where a restart of the other one got no further than its lease', async () => {
    const incur = { type: 'incur', token: 1, obligationId: 'o', good: 'FUEL', units: 1 } as const;
    await here.execute(new RecordEffect(here.context(), ship('SHIP-1'), incur));
    await here.execute(new EndContainer(here.context(), 'old', 1, { ...failed, permanent: false }));
    const dying = new MortalStore(room.log);
    dying.before = (verb, stream) => (verb === 'append' && stream === 'container-old' ? dying.die() : undefined);
    const half = { containerId: 'old', token: 1, immediately: true };
    const other = room.instance({ store: dying });
    await expect(other.execute(new RestartContainer(other.context(), half))).rejects.toThrow();
    const stop = { containerId: 'old', reason: 'enough', token: null, immediately: true };
    await here.execute(new StopContainer(here.context(), stop));
    expect((await room.lease(ship('SHIP-1'))).hold).toMatchObject({ token: 2, holder: { id: 'old', attempt: 2 } });

    expect(await takeOver({ adoptsObligations: true })).toMatchObject({
      type: 'Started',
      container: { leases: [{ ship: 'SHIP-1', token: 3 }] },
    });
  });

  it('is refused where the ship has passed on already, and gives back what it took', async () => {
    await here.execute(new EndContainer(here.context(), 'old', 1, failed));
    await here.started({ containerId: 'third', ships: ['SHIP-1'] });
    expect(await takeOver({ ships: ['SHIP-1', 'SHIP-9'] })).toMatchObject({
      type: 'HeldByAnother',
      hold: { holder: { id: 'third' } },
    });
    expect((await room.lease(ship('SHIP-9'))).hold).toBeNull();
  });

  it('[A103] is one chain of holders, however often it fails and comes back', async () => {
    let last = 'old';
    for (let i = 1; i <= 5; i++) {
      const next = `new-${i}`;
      if (i % 2) await here.execute(new EndContainer(here.context(), last, i, failed));
      const outcome = await start(here, { containerId: next, ships: ['SHIP-1'], takesOver: { containerId: last } });
      expect(outcome).toMatchObject({ type: 'Started', container: { leases: [{ token: i + 1 }] } });
      last = next;
    }
    expect((await room.holds()).map(({ assignment }) => assignment?.holder?.id)).toEqual([last]);
  });
});

describe('a restart', () => {
  it('that was rolled back can be tried again', async () => {
    const token = await here.started({ containerId: 'c-1', ships: ['SHIP-1', 'SHIP-2'] });
    await here.execute(new EndContainer(here.context(), 'c-1', token, failed));
    const other = await here.acquired('SHIP-2', 'agent-1');
    for (const _ of [1, 2]) expect(await restart(here, 'again')).toMatchObject({ type: 'HeldByAnother' });
    const give = {
      resource: ship('SHIP-2'),
      holder: null,
      token: other,
      reason: 'completed',
      detail: '',
      by: null,
    } as const;
    await here.execute(new ReleaseLease(here.context(), give));

    const started = await restart(here, 'again');
    expect(started).toMatchObject({ type: 'Started', container: { attempt: 2, status: 'RUNNING' } });
    expect(await restart(room.instance(), 'again')).toEqual(started);
  });

  it('asked by two at once begins one attempt', async () => {
    const token = await here.started({ containerId: 'c-1', ships: ['SHIP-1', 'SHIP-2'] });
    await here.execute(new EndContainer(here.context(), 'c-1', token, { ...failed, permanent: false }));
    const outcomes = await Promise.all([restart(here), restart(room.instance()), restart(room.instance())]);

    expect(outcomes.map(({ type }) => type)).toEqual(['Started', 'Started', 'Started']);
    expect(await room.container('c-1')).toMatchObject({ attempt: 2, status: 'RUNNING' });
  });
});
