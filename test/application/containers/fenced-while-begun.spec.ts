import { decideContainer } from '../../../src/application/containers/decide-container.js';
import { EndContainer } from '../../../src/application/containers/end-container.js';
import { RestartContainer } from '../../../src/application/containers/restart-container.js';
import { StartContainer } from '../../../src/application/containers/start-container.js';
import { decideLease } from '../../../src/application/leases/decide-lease.js';
import { BreakLease } from '../../../src/application/leases/operator-acts.js';
import { interrupt } from '../../../src/domain/container/lifecycle.js';
import { expire } from '../../../src/domain/lease/taking-away.js';
import { Custody, operator, ship, startOf, type Instance } from '../../support/custody.js';
import { Killed, MortalStore } from '../../support/mortal-store.js';

describe.each(['a start', 'a restart of a failed one'])('%s whose end nobody saw, while its ship was taken', (verb) => {
  let room: Custody;
  let here: Instance;
  const ask = { containerId: 'c-1', ships: ['SHIP-1'] };
  const ofContainer = (what: string, stream: string) => what === 'append' && stream === 'container-c-1';
  const again = { containerId: 'c-1', token: null, immediately: true };
  const asked = (instance: Instance) => {
    const context = instance.context('the-command');
    return verb === 'a start'
      ? instance.outcome(new StartContainer(context, startOf(ask)))
      : instance.outcome(new RestartContainer(context, again));
  };
  const taken = { resource: ship('SHIP-1'), operator, reason: 'needed elsewhere' } as const;
  beforeEach(async () => {
    room = new Custody();
    here = await room.up();
    if (verb === 'a start') return;
    const token = await here.started(ask);
    await here.execute(new EndContainer(here.context(), 'c-1', token, { type: 'failed', error: 'x', permanent: true }));
  });

  it('[F9] asked again learns that the ship is gone, and no container is left that works without it', async () => {
    const store = new MortalStore(room.log);
    const dying = room.instance({ store });
    store.before = async (what, stream) => {
      if (!ofContainer(what, stream)) return;
      await here.execute(new BreakLease(here.context(), taken));
      store.dieIn({ at: 1, done: true });
    };
    await expect(asked(dying)).rejects.toThrow(Killed);
    expect(await room.container('c-1')).toMatchObject({ status: 'RUNNING' });

    for (const instance of [here, here, room.instance()]) {
      expect(await asked(instance)).toMatchObject({ type: 'StaleToken', hold: null });
      expect(await room.container('c-1')).toMatchObject({ status: 'STOPPED' });
    }
  });

  it('[F9] asked again leaves alone what fell silent between its two looks, and may come back', async () => {
    expect(await asked(here)).toMatchObject({ type: 'Started' });
    const store = new MortalStore(room.log);
    const { resource } = taken;
    const token = (await room.lease(resource)).hold?.token ?? 0;
    store.before = async (what, stream) => {
      if (what !== 'read' || !stream.startsWith('ship-')) return;
      store.before = () => undefined;
      await decideContainer(here.decisions, here.context(), 'c-1', (state, nowMs) =>
        interrupt({ containerId: 'c-1', reason: 'silent', nowMs }, state),
      );
      const evidence = { silentForMs: 9, ttlMs: 9, lastBeat: null, observedRevision: '0', monitor: 'lease-monitor' };
      await decideLease(here.decisions, here.context(), resource, (state, nowMs) =>
        expire({ resource, token, evidence, lockDelayMs: 0, nowMs }, state),
      );
    };

    expect(await asked(room.instance({ store }))).toMatchObject({ type: 'Started' });
    expect(await room.container('c-1')).toMatchObject({ status: 'INTERRUPTED' });
  });

  it('[F9] asked again later is answered as it was, if it had its ship', async () => {
    expect(await asked(here)).toMatchObject({ type: 'Started' });
    await here.execute(new BreakLease(here.context(), taken));
    expect(await room.container('c-1')).toMatchObject({ status: 'STOPPED' });
    expect(await asked(here)).toMatchObject({ type: 'Started' });
  });
});
