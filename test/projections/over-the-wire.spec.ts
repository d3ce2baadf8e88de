import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEventStore, type RunningEventStore } from '../../src/embedded/eventstore/server.js';
import { systemClock } from '../../src/infrastructure/clock.js';
import { connectEventStore } from '../../src/infrastructure/eventstore/connect.js';
import { foldView } from '../support/fold-view.js';
import { fingerprintOf, fingerprintOfRows } from '../../src/projections/rebuild/fingerprint.js';
import { rebuild } from '../../src/projections/rebuild/rebuild.js';
import { markets } from '../../src/projections/markets/markets.js';
import { views } from '../../src/projections/views.js';
import { eventually } from '../support/eventually.js';
import { examples } from '../support/examples.js';
import { factsOf, newEvent } from './support/history.js';
import { scoutHistory } from './support/scout-history.js';
import { World } from './support/world.js';

describe('projecting the event store on disk over gRPC', () => {
  let folder: string;
  let server: RunningEventStore;
  let world: World;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-views-'));
    server = await startEventStore({ dataDir: folder });
    world = await World.open(
      connectEventStore(server.connectionString, { backoff: { firstMs: 20, longestMs: 100 }, watchMs: 200 }),
    );
  });
  afterEach(async () => {
    await world.close();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const live = (view: (typeof views)[number]) =>
    Promise.all(view.tables.map((table) => fingerprintOf(world.database, undefined, table)));

  it('makes the rows that the fold makes, live and rebuilt', async () => {
    const history = scoutHistory(4, 5);
    world.project({ checkMs: 100 });
    const head = await world.writer.write(...history);
    for (const view of views) {
      await world.reached(head, view.name);
      const own = (await world.recorded()).filter(({ stream }) =>
        view.streamPrefixes.some((each) => stream.startsWith(each)),
      );
      const facts = factsOf(history).filter(({ stream }) =>
        view.streamPrefixes.some((each) => stream.startsWith(each)),
      );
      const placed = facts.map((fact, index) => ({ ...fact, position: own[index]?.position ?? 0n }));
      const rows = foldView(view, placed);
      expect(await live(view)).toEqual(view.tables.map((table) => fingerprintOfRows(rows, table)));
      const outcome = await rebuild(view, { store: world.store, database: world.database, clock: systemClock });
      expect(outcome).toMatchObject({
        type: 'Rebuilt',
        compared: true,
        differences: [],
        fingerprints: await live(view),
      });
    }
  });

  it('makes the same rows of markets whose older scans are gone from their streams', async () => {
    const clock = { nowMs: 0 };
    const scan = (waypoint: string) => examples.market.scanned({ waypoint, atMs: (clock.nowMs += 1_000) });
    const bound = { ...newEvent(examples.market.scanned()), type: '$metadata', data: { $maxCount: 2 } };
    world.project({ checkMs: 100 });
    await world.writer.writeRaw('$$market-X1-GZ7-A1', bound);
    for (let lap = 0; lap < 6; lap += 1) await world.writer.write(scan('X1-GZ7-A1'), scan('X1-GZ7-A2'));
    await world.writer.writeRaw('$$market-X1-GZ7-A2', { ...bound, id: randomUUID() });
    await world.reached(await world.writer.write(scan('X1-GZ7-A2'), scan('X1-GZ7-A1')), 'markets');
    for (const waypoint of ['X1-GZ7-A1', 'X1-GZ7-A2']) {
      const kept = await world.store.readForwards(`market-${waypoint}`, { max: 100 });
      expect(kept.map(({ revision }) => revision)).toEqual([5n, 6n]);
    }
    const before = await live(markets);
    const outcome = await rebuild(markets, { store: world.store, database: world.database, clock: systemClock });
    expect(outcome).toMatchObject({ type: 'Rebuilt', compared: true, differences: [], fingerprints: before });
    const rows = await world.database.query('SELECT waypoint_symbol, last_updated, revision FROM markets ORDER BY 1');
    expect(rows).toMatchObject([
      { waypoint_symbol: 'X1-GZ7-A1', last_updated: new Date(14_000), revision: '6' },
      { waypoint_symbol: 'X1-GZ7-A2', last_updated: new Date(13_000), revision: '6' },
    ]);
  });

  it('parks half a surrogate pair that came over the wire, and goes on', async () => {
    world.project({ checkMs: 100 });
    const bad = newEvent(examples.container.created({ containerId: 'half' }));
    const event = { ...bad, data: { ...bad.data, commandType: 'a\0b' } };
    await world.writer.writeRaw('container-half', event);
    await world.reached(await world.writer.write(...scoutHistory(1, 1)));
    expect(await world.database.query('SELECT stream FROM projection_parked')).toEqual([{ stream: 'container-half' }]);
  });

  it('goes on by itself when the event store was away', async () => {
    const projecting = world.project({ checkMs: 100 });
    await world.reached(await world.writer.write(...scoutHistory(1, 1)));
    const { port } = server;
    await server.stop();
    await eventually(() => expect(projecting.statuses()[0]).toMatchObject({ head: null, lagMs: null }));

    server = await startEventStore({ dataDir: folder, port });
    const position = await eventually(() => world.writer.write(examples.player.registered({ player: 9 })));
    await world.reached(position, 'players');
    await world.reached(position, 'fleet');
  });
});
