import { examples } from '../../support/examples.js';
import { World } from '../support/world.js';

describe('projecting', () => {
  let world: World;
  beforeEach(async () => {
    world = await World.open();
  });
  afterEach(() => world.close());

  it('brings the rows level with the log', async () => {
    world.project();
    const { lease, container } = examples;
    const position = await world.writer.write(
      container.created(),
      lease.granted(),
      container.starting(),
      container.started(),
    );
    await world.reached(position);

    expect(await world.database.query('SELECT ship_symbol, container_id, status FROM ship_assignments')).toEqual([
      { ship_symbol: 'COOPER-2', container_id: examples.containerId, status: 'active' },
    ]);
    expect(await world.database.query('SELECT container_id, status FROM containers')).toEqual([
      { container_id: examples.containerId, status: 'RUNNING' },
    ]);
  });
});
