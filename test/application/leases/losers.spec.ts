import { RestartContainer } from '../../../src/application/containers/restart-container.js';
import { StartContainer } from '../../../src/application/containers/start-container.js';
import { StopContainer } from '../../../src/application/containers/stop-container.js';
import { HandOverLease } from '../../../src/application/leases/hand-over-lease.js';
import { BreakLease } from '../../../src/application/leases/operator-acts.js';
import { RecordEffect } from '../../../src/application/leases/record-effect.js';
import { ReleaseLease } from '../../../src/application/leases/release-lease.js';
import { Custody, operator, ship, startOf, type Instance } from '../../support/custody.js';
import { violationsOf } from '../../support/invariants.js';
import { MortalStore } from '../../support/mortal-store.js';

const restart = (instance: Instance) =>
  instance.outcome(new RestartContainer(instance.context(), { containerId: 'c-1', token: null, immediately: true }));

let room: Custody;
let here: Instance;
beforeEach(() => {
  room = new Custody();
  here = room.instance();
});
const broken = async () => violationsOf(await room.events());

describe('who loses a lease', () => {
  it('is not ended by a release or a hand-over that is refused', async () => {
    const token = await here.started({ containerId: 'c-1', ships: ['SHIP-1'] });
    const incur = { type: 'incur', token, obligationId: 'o', good: 'FUEL', units: 1 } as const;
    await here.execute(new RecordEffect(here.context(), ship('SHIP-1'), incur));
    const give = { resource: ship('SHIP-1'), holder: null, token, reason: 'manual', detail: '', by: null } as const;
    expect(await here.outcome(new ReleaseLease(here.context(), give))).toMatchObject({ type: 'Laden' });

    const pass = {
      resource: ship('SHIP-1'),
      from: { id: 'c-1', token },
      to: { kind: 'container', id: 'c-1', attempt: 1 },
      operation: 'trade',
      ttlMs: 1_000,
      reason: 'to itself',
      by: { kind: 'holder', id: 'c-1' },
    } as const;
    expect(await here.outcome(new HandOverLease(here.context(), pass))).toMatchObject({
      type: 'Granted',
      already: true,
    });
    expect(await room.container('c-1')).toMatchObject({ status: 'RUNNING' });
    expect(await broken()).toEqual([]);
  });

  it('[A243] is ended also where its next attempt had got the ship and not begun', async () => {
    await here.started({ containerId: 'c-1', ships: ['SHIP-1'] });
    const store = new MortalStore(room.log);
    store.before = (verb, stream) => {
      if (verb === 'append' && stream === 'container-c-1') store.die();
    };
    await expect(restart(room.instance({ store }))).rejects.toThrow();

    await here.execute(new BreakLease(here.context(), { resource: ship('SHIP-1'), operator, reason: 'mine' }));
    expect(await room.container('c-1')).toMatchObject({ status: 'STOPPED' });
    expect((await room.lease(ship('SHIP-1'))).hold).toBeNull();
    expect(await broken()).toEqual([]);
  });

  it('[A246] is whoever has it by then: a holder that came between is ended too', async () => {
    await here.started({ containerId: 'c-1', ships: ['SHIP-1'] });
    const store = new MortalStore(room.log);
    const breaking = room.instance({ store });
    let came = false;
    store.before = async (verb, stream) => {
      if (verb !== 'append' || !stream.startsWith('ship-') || came) return;
      came = true;
      const next = startOf({ containerId: 'c-2', ships: ['SHIP-1'], takesOver: { containerId: 'c-1' } });
      await here.execute(new StartContainer(here.context(), next));
    };
    await breaking.execute(new BreakLease(breaking.context(), { resource: ship('SHIP-1'), operator, reason: 'mine' }));

    expect(await room.container('c-2')).toMatchObject({ status: 'STOPPED' });
    expect(await room.lease(ship('SHIP-1'))).toMatchObject({ hold: null, previous: { holder: { id: 'c-2' } } });
    expect(await broken()).toEqual([]);
  });

  it('is not stopped by the late word of an attempt that is over', async () => {
    const token = await here.started({ containerId: 'c-1', ships: ['SHIP-1'] });
    const store = new MortalStore(room.log);
    const late = room.instance({ store });
    let begun = false;
    store.before = async (verb) => {
      if (verb !== 'append' || begun) return;
      begun = true;
      await restart(here);
    };
    const stop = new StopContainer(late.context(), { containerId: 'c-1', reason: 'x', token, immediately: false });
    expect(await late.outcome(stop)).toMatchObject({ type: 'StaleAttempt', currentToken: token + 1 });
    expect(await room.container('c-1')).toMatchObject({ status: 'RUNNING', attempt: 2 });
    expect(await broken()).toEqual([]);
  });

  it('is ended also where it began while it was losing the ship: for a moment, it ran without', async () => {
    const store = new MortalStore(room.log);
    const breaking = room.instance({ store });
    const beginning = new MortalStore(room.log);
    const starting = room.instance({ store: beginning });
    const act = new BreakLease(breaking.context(), { resource: ship('SHIP-1'), operator, reason: 'mine' });
    let began: () => void = () => undefined;
    const hasBegun = new Promise<void>((resolve) => (began = resolve));
    store.before = async (verb, stream) => {
      if (verb === 'append' && stream.startsWith('ship-')) await hasBegun;
    };
    let acted: Promise<unknown> | undefined;
    beginning.before = async (verb, stream) => {
      if (verb !== 'append' || stream !== 'container-c-1') return;
      acted = breaking.execute(act);
      while (!store.calls.some(({ stream }) => stream === 'container-c-1')) await Promise.resolve();
    };
    await starting.execute(new StartContainer(starting.context(), startOf({ containerId: 'c-1', ships: ['SHIP-1'] })));
    began();
    await acted;

    expect(await room.container('c-1')).toMatchObject({ status: 'STOPPED' });
    expect((await room.lease(ship('SHIP-1'))).hold).toBeNull();
    expect((await broken()).map(({ invariant }) => invariant)).toEqual(['lease-under-work', 'lease-under-work']);
  });
});
