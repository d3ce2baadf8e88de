import { StartContainer } from '../../../../src/application/containers/start-container.js';
import { Custody, policy, ship, startOf } from '../../../support/custody.js';
import { DaemonInstance } from '../../../support/daemons.js';
import { Killed, MortalStore } from '../../../support/mortal-store.js';

const { repairGraceMs } = policy;

it.each([
  ['ahead', 10 * repairGraceMs],
  ['behind', -repairGraceMs / 2],
])(
  'a claim that is being made is left alone by a daemon that starts on a machine whose clock is %s, until its grace is over',
  async (_how, offMs) => {
    const room = new Custody();
    const store = new MortalStore(room.log);
    const claiming = room.instance({ store });
    store.before = (verb, stream) => {
      if (verb === 'append' && stream.startsWith('container-')) store.die();
    };
    const start = new StartContainer(claiming.context(), startOf({ containerId: 'c-1', ships: ['SHIP-1'] }));
    await expect(claiming.execute(start)).rejects.toThrow(Killed);
    const off = room.clock.another();
    off.jumpWall(offMs);
    const pass = (ms: number) => [room.clock, off].forEach((each) => each.pass(ms));

    pass(repairGraceMs - 1);
    const daemon = await new DaemonInstance(room, 'skewed', { clock: off, look: () => 'dead' }).up();
    expect(await daemon.recovery.runAll({})).toMatchObject({ fates: [{ fate: 'being-made' }], done: [] });
    expect((await room.lease(ship('SHIP-1'))).hold).not.toBeNull();

    pass(1 + Math.max(0, -offMs));
    expect(await daemon.recovery.runAll({})).toMatchObject({ done: [{ type: 'Release' }] });
    expect((await room.lease(ship('SHIP-1'))).hold).toBeNull();
  },
);
