import { randomUUID } from 'node:crypto';
import { RestartContainer } from '../../../src/application/containers/restart-container.js';
import { RecordEffect } from '../../../src/application/leases/record-effect.js';
import { RenewContainer } from '../../../src/application/liveness/renew-container.js';
import { RenewLease } from '../../../src/application/liveness/renew-lease.js';
import { containerStream } from '../../../src/domain/container/container.js';
import { leaseStream } from '../../../src/domain/lease/resource.js';
import { Custody, policy, ship, type Instance } from '../../support/custody.js';
import { violationsOf } from '../../support/invariants.js';
import { Killed, MortalStore } from '../../support/mortal-store.js';

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

describe('a judgement that is overtaken', () => {
  let room: Custody;
  let here: Instance;
  let token: number;
  beforeEach(async () => {
    room = new Custody();
    here = await watching(room);
    token = await here.started({ containerId: 'c-1', ships: ['SHIP-1'] });
    await here.acquired('SHIP-2', 'agent-1');
    await room.lookOn(ttlMs, here.monitor);
  });

  it('[F22] writes nothing when the holder was heard of while it was being judged', async () => {
    const store = new MortalStore(room.log);
    const judge = room.instance({ store });
    await judge.monitor.run();
    for (let i = 0; i < amnestyMs; i += renewMs) {
      await renewAll(here, 'c-1', token);
      await renew(here, 'SHIP-2', 1);
      await room.lookOn(renewMs, judge.monitor);
    }
    await room.lookOn(ttlMs - intervalMs, judge.monitor);
    const renewed: string[] = [];
    store.before = async (_verb, stream) => {
      if (renewed.includes(stream)) return;
      renewed.push(stream);
      await (stream.startsWith('container-') ? renewAll(judge, 'c-1', token) : renew(judge, 'SHIP-2', 1));
    };
    const [run] = await room.lookOn(intervalMs, judge.monitor);

    expect(renewed).toEqual(['container-c-1', 'ship-1.SHIP-2']);
    expect(run?.expired).toEqual([]);
    expect((await room.container('c-1'))?.status).toBe('RUNNING');
    expect((await room.lease(ship('SHIP-2'))).hold).not.toBeNull();
  });

  it('writes nothing about what has begun, or moved, since the view was made', async () => {
    room.viewStopsAt = await room.log.headPosition();
    await here.execute(new RestartContainer(here.context(), { containerId: 'c-1', token, immediately: true }));
    const intend = { type: 'intend', token: 1, effectId: 'e', action: 'buy', withinMs: 9, probe: {} } as const;
    await here.execute(new RecordEffect(here.context(), ship('SHIP-2'), intend));
    const before = await room.events();

    const runs = await room.lookOn(2 * ttlMs, here.monitor);

    expect(runs.flatMap(({ expired }) => expired)).toEqual([]);
    expect(await room.events()).toEqual(before);
  });

  it('[F20] is carried out once, though two instances judge at the same moment', async () => {
    const there = room.instance();
    for (let i = 0; i < amnestyMs; i += renewMs) {
      await renewAll(here, 'c-1', token);
      await renew(here, 'SHIP-2', 1);
      await room.lookOn(renewMs, here.monitor, there.monitor);
    }
    await room.lookOn(ttlMs - 2 * intervalMs, here.monitor, there.monitor);
    for (let i = 0; i < 6; i++) {
      room.clock.pass(intervalMs);
      await Promise.all([here.monitor.run(), there.monitor.run()]);
    }
    expect(await room.typesIn(containerStream('c-1'))).toEqual([
      'ContainerCreated',
      'ContainerStarting',
      'ContainerStarted',
      'ContainerInterrupted',
    ]);
    expect(await room.typesIn(leaseStream(ship('SHIP-1')))).toEqual(['LeaseGranted', 'LeaseExpired']);
    expect(await room.typesIn(leaseStream(ship('SHIP-2')))).toEqual(['LeaseGranted', 'LeaseExpired']);
    expect(violationsOf(await room.events())).toEqual([]);
  });

  it('of one holder that cannot be read does not keep the others', async () => {
    const { metadata } = (await room.events())[0]!;
    const ghost = { id: randomUUID(), type: 'SomethingNew', data: {}, metadata };
    await room.log.append(containerStream('c-1'), 2n, [ghost]);
    room.viewStopsAt = (await room.log.headPosition()) - 1n;
    const runs = await room.lookOn(2 * intervalMs, here.monitor);

    expect(runs.flatMap(({ failed }) => failed)).toContainEqual({
      subject: 'container-c-1',
      message: expect.stringContaining('SomethingNew'),
    });
    expect((await room.lease(ship('SHIP-2'))).hold).toBeNull();
  });

  it('[F1] is finished by another instance when this one dies in any call of it', async () => {
    const scene = async () => {
      const made = new Custody();
      const store = new MortalStore(made.log);
      const judge = made.instance({ store });
      await made.lookOn(amnestyMs, judge.monitor);
      const writer = made.instance();
      await writer.started({ containerId: 'c-1', ships: ['SHIP-1', 'SHIP-2'] });
      await writer.acquired('SHIP-3', 'agent-1');
      await made.lookOn(ttlMs + intervalMs, judge.monitor);
      made.clock.pass(intervalMs);
      store.calls.length = 0;
      return { made, store, judge };
    };
    const whole = await scene();
    expect((await whole.judge.monitor.run()).expired).toHaveLength(2);
    expect(whole.store.calls.length).toBeGreaterThan(7);
    for (let at = 1; at <= whole.store.calls.length; at++) {
      for (const done of [true, false]) {
        const { made, store, judge } = await scene();
        store.dieIn({ at, done });
        await expect(judge.monitor.run()).rejects.toThrow(Killed);
        const next = made.instance();
        await made.lookOn(amnestyMs + intervalMs, next.monitor);
        for (const symbol of ['SHIP-1', 'SHIP-2', 'SHIP-3']) {
          expect({ at, symbol, hold: (await made.lease(ship(symbol))).hold }).toEqual({ at, symbol, hold: null });
        }
        expect({ at, broken: violationsOf(await made.events()) }).toEqual({ at, broken: [] });
      }
    }
  });
});
