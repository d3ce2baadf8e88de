import { EpochPassed, markLevel, readCheckpoints, takeEpoch } from '../../../src/projections/live/checkpoint.js';
import { read } from '../../../src/projections/live/apply-batch.js';
import { commitBatch } from '../../../src/projections/live/commit-batch.js';
import { ParkingLot } from '../../../src/projections/live/parking-lot.js';
import { fleet } from '../../../src/projections/fleet/fleet.js';
import { WarmRows } from '../../../src/projections/rows/warm-rows.js';
import { examples } from '../../support/examples.js';
import { World } from '../support/world.js';

describe('an epoch', () => {
  let world: World;
  beforeEach(async () => {
    world = await World.open();
  });
  afterEach(() => world.close());

  const reading = (position: bigint, event = examples.lease.granted()) => [
    read(fleet, examples.recorded(event, { position, revision: position - 1n })),
  ];
  const commit = (from: Awaited<ReturnType<typeof takeEpoch>>, position: bigint) =>
    commitBatch(world.database, fleet, reading(position), position, from, new ParkingLot(), new WarmRows(fleet.tables));

  it('ends when another begins: a commit under the older one is refused and changes nothing', async () => {
    const older = await takeEpoch(world.database, fleet);
    const newer = await takeEpoch(world.database, fleet);
    expect(newer.epoch).toBe(older.epoch + 1);

    await expect(commit(older, 1n)).rejects.toThrow(EpochPassed);
    expect(await world.database.query('SELECT * FROM ship_assignments')).toEqual([]);
    expect((await readCheckpoints(world.database))[0]).toMatchObject({ epoch: newer.epoch, position: null });
    await commit(newer, 1n);
    expect(await world.database.query('SELECT * FROM ship_assignments')).toHaveLength(1);
  });

  it('lets a batch be committed once: the checkpoint must stand where the committer left it', async () => {
    const from = await takeEpoch(world.database, fleet);
    const after = await commit({ ...from, logId: 'first-event-of-the-log' }, 1n);
    await expect(commit(from, 1n)).rejects.toThrow(EpochPassed);
    await expect(commit(from, 2n)).rejects.toThrow(EpochPassed);
    expect(after).toMatchObject({ position: 1n, logId: 'first-event-of-the-log' });
  });

  it('of two that commit at the same time one is refused', async () => {
    const from = await takeEpoch(world.database, fleet);
    const outcomes = await Promise.allSettled([commit(from, 1n), commit(from, 1n)]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('is needed to say that a view is level with the log', async () => {
    const older = await takeEpoch(world.database, fleet);
    await takeEpoch(world.database, fleet);
    await expect(markLevel(world.database, older, 9n, 0)).rejects.toThrow(EpochPassed);
  });

  it('takes no level over from the one before', async () => {
    const from = await takeEpoch(world.database, fleet);
    await markLevel(world.database, await commit(from, 1n), 9n, 0);
    expect(await takeEpoch(world.database, fleet)).toMatchObject({ position: 1n, level: null });
  });
});
