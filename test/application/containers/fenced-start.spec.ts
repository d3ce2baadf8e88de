import { EndContainer } from '../../../src/application/containers/end-container.js';
import { RestartContainer } from '../../../src/application/containers/restart-container.js';
import { StartContainer } from '../../../src/application/containers/start-container.js';
import { BreakLease } from '../../../src/application/leases/operator-acts.js';
import { Custody, operator, ship, startOf, type Instance } from '../../support/custody.js';
import { violationsOf } from '../../support/invariants.js';
import { MortalStore } from '../../support/mortal-store.js';

let room: Custody;
let here: Instance;
beforeEach(() => {
  room = new Custody();
  here = room.instance();
});
// The lease and the container are two streams: for the moment until it is looked at again, the container is there alone.
afterEach(async () => {
  const others = violationsOf(await room.events()).filter(({ invariant }) => invariant !== 'lease-under-work');
  expect(others).toEqual([]);
});

describe('a ship that an operator takes between the claim and the container', () => {
  const breakIt = (by: Instance) =>
    by.outcome(new BreakLease(by.context(), { resource: ship('SHIP-1'), operator, reason: 'mine' }));

  /** Breaks the lease before the container's next event is appended. */
  function takenBeforeAppend(): Instance {
    const store = new MortalStore(room.log);
    let taken = false;
    store.before = async (verb, stream) => {
      if (taken || verb !== 'append' || stream !== 'container-c-1') return;
      taken = true;
      await breakIt(here);
    };
    return room.instance({ store });
  }

  const start = (instance: Instance) =>
    instance.outcome(
      new StartContainer(instance.context(), startOf({ containerId: 'c-1', ships: ['SHIP-1', 'SHIP-2'] })),
    );

  it('ends the container as it is made, says so, and frees its other ships', async () => {
    const refused = await start(takenBeforeAppend());

    expect(refused).toMatchObject({ type: 'StaleToken', token: 1, lastToken: 1, hold: null });
    expect(await room.container('c-1')).toMatchObject({
      status: 'STOPPED',
      exitReason: 'token 1 for Ship SHIP-1 is not the one in force',
    });
    expect((await room.lease(ship('SHIP-2'))).hold).toBeNull();
  });

  it('ends it as well when its next attempt had just begun', async () => {
    await here.started({ containerId: 'c-1', ships: ['SHIP-1'] });
    await here.outcome(new EndContainer(here.context(), 'c-1', 1, { type: 'failed', error: 'x', permanent: true }));
    const instance = takenBeforeAppend();
    const again = { containerId: 'c-1', token: null, immediately: true };
    const refused = await instance.outcome(new RestartContainer(instance.context(), again));

    expect(refused).toMatchObject({ type: 'StaleToken', hold: null });
    expect(await room.container('c-1')).toMatchObject({ status: 'STOPPED', attempt: 2 });
  });
});
