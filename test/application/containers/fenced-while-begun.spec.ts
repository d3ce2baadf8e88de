import { EndContainer } from '../../../src/application/containers/end-container.js';
import { RestartContainer } from '../../../src/application/containers/restart-container.js';
import { StartContainer } from '../../../src/application/containers/start-container.js';
import { BreakLease } from '../../../src/application/leases/operator-acts.js';
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

  it('[F9] asked again leaves alone what came to its end meanwhile, and the ships of that', async () => {
    const store = new MortalStore(room.log);
    const looking = room.instance({ store });
    expect(await asked(here)).toMatchObject({ type: 'Started' });
    const forgetful = new BreakLease(here.context(), taken);
    // Its look at the container comes first, that at the ship later: in between both are gone.
    store.before = async (what, stream) => {
      if (what !== 'read' || !stream.startsWith('ship-')) return;
      store.before = () => undefined;
      await here.execute(forgetful);
    };
    const before = await room.container('c-1');
    expect(await asked(looking)).toMatchObject({ type: 'Started' });
    expect(before).toMatchObject({ status: 'RUNNING' });
    expect(await room.typesIn('container-c-1')).toEqual(
      expect.arrayContaining(['ContainerStopRequested', 'ContainerStopped']),
    );
    expect((await room.events()).filter(({ type }) => type === 'ContainerStopped')).toHaveLength(1);
  });

  it('[F9] asked again later is answered as it was, if it had its ship', async () => {
    expect(await asked(here)).toMatchObject({ type: 'Started' });
    await here.execute(new BreakLease(here.context(), taken));
    expect(await room.container('c-1')).toMatchObject({ status: 'STOPPED' });
    expect(await asked(here)).toMatchObject({ type: 'Started' });
  });
});
