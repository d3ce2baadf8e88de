import { StartSingleton, StartSingletonHandler } from '../../../src/application/containers/start-singleton.js';
import { Custody, startOf } from '../../support/custody.js';

describe('starts of the only container for a scope', () => {
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
