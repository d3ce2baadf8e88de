import { EndContainer } from '../../../src/application/containers/end-container.js';
import { RestartContainer } from '../../../src/application/containers/restart-container.js';
import { StartSingleton, StartSingletonHandler } from '../../../src/application/containers/start-singleton.js';
import { Custody, startOf } from '../../support/custody.js';

describe('starts of the only container for a scope', () => {
  it('[A296] asked again by the same name begin no second one, also when the first is over by then', async () => {
    const room = new Custody();
    const here = room.instance();
    const { containerId: _id, ...ask } = startOf({ containerId: 'unused', ships: ['SHIP-1'] });
    const asked = () =>
      new StartSingletonHandler(here.parts.commands, here.decisions).execute(
        new StartSingleton(here.context('the-command'), ask, 'X1-GZ7'),
      );
    const { outcome } = await asked();
    if (outcome.type !== 'Started') throw new Error(outcome.type);
    const { containerId, leases } = outcome.container;
    await here.execute(new EndContainer(here.context(), containerId, leases[0]?.token ?? 0, { type: 'completed' }));

    expect((await asked()).outcome).toMatchObject({ type: 'Started', container: { containerId } });
    const again = { containerId, token: null, immediately: true };
    await here.execute(new RestartContainer(here.context(), again));
    expect((await asked()).outcome).toMatchObject({ type: 'Started', container: { containerId, attempt: 1 } });
    expect((await room.events()).filter(({ type }) => type === 'ContainerCreated')).toHaveLength(1);
  });

  it('[A296] that meet, through any instance, all get the one that was first', async () => {
    const room = new Custody();
    const { containerId: _id, ...ask } = startOf({
      containerId: 'unused',
      containerType: 'MINING_COORDINATOR',
      commandType: '',
    });
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => {
        const here = room.instance();
        const handler = new StartSingletonHandler(here.parts.commands, here.decisions);
        return handler.execute(new StartSingleton(here.context(), ask, 'X1-GZ7'));
      }),
    );
    for (const { outcome } of answers) {
      expect(outcome).toMatchObject({ type: 'Started', container: { containerId: 'mining-coordinator-p1-X1-GZ7' } });
    }
    const created = (await room.events()).filter(({ type }) => type === 'ContainerCreated');
    expect(created).toHaveLength(1);
  });
});
