import { systemClock } from '../../../src/infrastructure/clock.js';
import { fleet } from '../../../src/projections/fleet/fleet.js';
import { foldView } from '../../support/fold-view.js';
import { readCheckpoints } from '../../../src/projections/live/checkpoint.js';
import { readParked } from '../../../src/projections/live/parked.js';
import { fingerprintOf, fingerprintOfRows } from '../../../src/projections/rebuild/fingerprint.js';
import type { RebuildOptions } from '../../../src/projections/rebuild/options.js';
import type { RebuildOutcome, RebuildProgress } from '../../../src/projections/rebuild/outcome.js';
import { rebuild } from '../../../src/projections/rebuild/rebuild.js';
import { shadowOf } from '../../../src/projections/rebuild/shadow.js';
import { views } from '../../../src/projections/views.js';
import { eventually } from '../../support/eventually.js';
import { examples } from '../../support/examples.js';
import { factsOf, newEvent, streamOf } from '../support/history.js';
import { scoutHistory } from '../support/scout-history.js';
import { World } from '../support/world.js';

const history = scoutHistory(12, 9);

describe('a rebuild', () => {
  let world: World;
  let head: bigint;
  beforeEach(async () => {
    world = await World.open();
    world.project();
    head = await world.writer.write(...history);
    for (const { name } of views) await world.reached(head, name);
  });
  afterEach(() => world.close());

  const run = (options: RebuildOptions = {}, view = fleet): Promise<RebuildOutcome> =>
    rebuild(view, { store: world.store, database: world.database, clock: systemClock }, { batchSize: 50, ...options });
  const fingerprints = () => Promise.all(fleet.tables.map((table) => fingerprintOf(world.database, undefined, table)));
  const shadows = () =>
    world.database.query<{ name: string }>(
      `SELECT nspname AS name FROM pg_namespace WHERE nspname LIKE 'holdfast_shadow%'`,
    );
  const plant = () =>
    world.database.query(`UPDATE ship_assignments SET operation = 'planted' WHERE ship_symbol = 'COOPER-3'`);

  it.each(views.map((view) => [view.name, view] as const))(
    'of %s is byte-identical to the live rows and to the fold in memory',
    async (_name, view) => {
      const live = await Promise.all(view.tables.map((table) => fingerprintOf(world.database, undefined, table)));
      const outcome = await run({}, view);
      const facts = factsOf(history).filter(({ stream }) =>
        view.streamPrefixes.some((prefix) => stream.startsWith(prefix)),
      );
      const rows = foldView(view, facts);

      expect(outcome).toMatchObject({
        type: 'Rebuilt',
        compared: true,
        differences: [],
        events: facts.length,
        parked: [],
      });
      expect(outcome).toHaveProperty('fingerprints', live);
      expect(live).toEqual(view.tables.map((table) => fingerprintOfRows(rows, table)));
      expect(await Promise.all(view.tables.map((table) => fingerprintOf(world.database, undefined, table)))).toEqual(
        live,
      );
      expect(live.every(({ rows: count }) => count > 0)).toBe(true);
      expect(await shadows()).toEqual([]);
    },
  );

  it('is the same again', async () => {
    const [one, other] = [await run(), await run()];
    expect(one).toHaveProperty('fingerprints', other.type === 'Rebuilt' ? other.fingerprints : undefined);
  });

  it('tells of its progress up to the target', async () => {
    const told: RebuildProgress[] = [];
    await run({ onProgress: (progress) => told.push(progress) });
    expect(told.map(({ phase }) => phase)).toEqual(expect.arrayContaining(['folding', 'comparing', 'taking-over']));
    expect(told.at(-1)).toMatchObject({ view: 'fleet', position: head, target: head, etaMs: 0 });
    expect(told.at(-1)?.eventsPerSecond).toBeGreaterThan(0);
    expect(told.every((progress, at) => at === 0 || progress.events >= (told[at - 1]?.events ?? 0))).toBe(true);
  });

  it('stops before the change of rows when one differs, and prints it', async () => {
    await plant();
    const before = await fingerprints();
    const epoch = (await readCheckpoints(world.database)).find(({ view }) => view === 'fleet')?.epoch;

    const outcome = await run();
    expect(outcome).toMatchObject({
      type: 'Differs',
      differences: [
        {
          table: 'ship_assignments',
          key: [1, 'COOPER-3'],
          columns: ['operation'],
          live: { operation: 'planted' },
          rebuilt: { operation: 'scout-tour' },
          explained: false,
        },
      ],
    });
    expect(await fingerprints()).toEqual(before);
    expect((await readCheckpoints(world.database)).find(({ view }) => view === 'fleet')?.epoch).toBe(epoch);
    expect(await shadows()).toEqual([]);
  });

  it('repairs what differs when that was asked for', async () => {
    const right = await fingerprints();
    await plant();
    await world.database.query(`DELETE FROM containers WHERE container_id LIKE '%COOPER-4-%'`);
    await world.database.query(
      `INSERT INTO tours SELECT 'ghost', player_id, ship_symbol, system_symbol, markets, visited, last_lap, last_lap_at,
         laps, last_visit, last_visit_at, updated_at, revision, position FROM tours LIMIT 1`,
    );

    const outcome = await run({ acceptDifferences: true });
    expect(outcome).toMatchObject({ type: 'Rebuilt', fingerprints: right });
    expect(
      outcome.type === 'Rebuilt' &&
        outcome.differences.map(({ table, live, rebuilt }) => [table, live === null, rebuilt === null]),
    ).toEqual([
      ['containers', true, false],
      ['ship_assignments', false, false],
      ['tours', false, true],
    ]);
    expect(await fingerprints()).toEqual(right);
  });

  it('that only verifies changes nothing, whether rows differ or not', async () => {
    expect(await run({ verifyOnly: true })).toMatchObject({ type: 'Verified', differences: [] });
    await plant();
    const before = await fingerprints();
    expect(await run({ verifyOnly: true, acceptDifferences: true })).toMatchObject({ type: 'Differs' });
    expect(await fingerprints()).toEqual(before);
  });

  it('goes on with the live projection in the next epoch', async () => {
    await run();
    const position = await world.writer.write(
      examples.lease.granted({ resource: { kind: 'ship', scope: '1', name: 'NEW-1' } as never }),
    );
    await world.reached(position);
    expect(await world.database.query(`SELECT 1 FROM ship_assignments WHERE ship_symbol = 'NEW-1'`)).toHaveLength(1);
  });

  it('runs while events keep arriving, and readers see neither a gap nor an error', async () => {
    let done = false;
    let written = 0;
    const writing = (async () => {
      for (let lap = 100; !done; lap += 1, written += 1) {
        await world.writer.write(
          examples.container.marketVisited({ containerId: 'scout-tour-COOPER-5-85834fb5', waypoint: `X1-GZ7-Z${lap}` }),
        );
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    })();
    const counts = new Set<number>();
    let reads = 0;
    const reading = (async () => {
      for (; !done; reads += 1) {
        const [row] = await world.database.query<{ count: number }>(
          `SELECT count(*)::int AS count FROM ship_assignments a JOIN containers c ON c.container_id = a.container_id
           JOIN tours t ON t.container_id = c.container_id`,
        );
        counts.add(row?.count ?? -1);
      }
    })();
    const outcomes = [await run(), await run({ acceptDifferences: true })];
    done = true;
    await Promise.all([writing, reading]);

    expect(outcomes.map(({ type }) => type)).toEqual(['Rebuilt', 'Rebuilt']);
    expect([...counts]).toEqual([10]);
    expect(written).toBeGreaterThan(20);
    expect(reads).toBeGreaterThan(20);
    await world.reached(await world.store.headPosition());
    expect(await run({ verifyOnly: true })).toMatchObject({ type: 'Verified', differences: [] });
  });

  it('can be cancelled, and leaves everything as it was', async () => {
    const before = await fingerprints();
    const cancelling = new AbortController();
    const outcome = await run({
      signal: cancelling.signal,
      onProgress: ({ events }) => events > 100 && cancelling.abort(),
    });
    expect(outcome).toEqual({ type: 'Cancelled', view: 'fleet' });
    expect(await shadows()).toEqual([]);
    expect(await fingerprints()).toEqual(before);
    expect(await run()).toMatchObject({ type: 'Rebuilt' });
  });

  it('runs once at a time for each view', async () => {
    let second: Promise<RebuildOutcome> | undefined;
    const first = await run({ onProgress: () => void (second ??= run()) });
    expect(first.type).toBe('Rebuilt');
    expect(await second).toEqual({ type: 'AlreadyRunning', view: 'fleet' });
  });

  it('drops what a killed one left behind', async () => {
    await world.database.query(`CREATE SCHEMA "${shadowOf(fleet)}"`);
    await world.database.query(`CREATE TABLE "${shadowOf(fleet)}".containers (rubbish text)`);
    expect(await run()).toMatchObject({ type: 'Rebuilt', differences: [] });
    expect(await shadows()).toEqual([]);
  });

  it('keeps grants and SQL views that stand on the tables', async () => {
    await world.database.query(`CREATE VIEW busy AS SELECT ship_symbol FROM ship_assignments WHERE status = 'active'`);
    await plant();
    await run({ acceptDifferences: true });
    expect(await world.database.query('SELECT * FROM busy')).toHaveLength(10);
  });

  describe('of a log with an event nobody can apply', () => {
    const bad = () => ({ ...newEvent(examples.lease.granted()), type: 'LeaseMislaid' });
    const stream = 'ship-1.COOPER-3';

    it('parks the stream where the live view parked it', async () => {
      await world.reached(await world.writer.writeRaw(stream, bad()));
      expect(await run()).toMatchObject({ type: 'Rebuilt', differences: [], parked: [{ stream }] });
      expect(await readParked(world.database, 'fleet')).toMatchObject([{ stream, passedOver: 0 }]);
    });

    it('stops where the live view did not, and names the event', async () => {
      const position = await world.writer.writeRaw(stream, bad());
      await world.reached(position);
      await world.database.query('DELETE FROM projection_parked');
      const before = await fingerprints();
      expect(await run()).toMatchObject({
        type: 'CannotApply',
        parked: { stream, position, eventType: 'LeaseMislaid' },
      });
      expect(await fingerprints()).toEqual(before);
      expect(await run({ parkUnreadable: true })).toMatchObject({ type: 'Rebuilt', parked: [{ stream }] });
    });

    it('lets a row differ whose stream is parked', async () => {
      await world.reached(await world.writer.writeRaw(stream, bad()));
      await plant();
      expect(await run()).toMatchObject({ type: 'Rebuilt', differences: [{ key: [1, 'COOPER-3'], explained: true }] });
    });

    it('lets a stream go on that can be read by now', async () => {
      const granted = examples.lease.granted({ resource: { kind: 'ship', scope: '1', name: 'LATE-1' } as never });
      const position = await world.writer.write(granted);
      await world.reached(position);
      await world.database.query(`DELETE FROM ship_assignments WHERE ship_symbol = 'LATE-1'`);
      await world.database.query(
        `INSERT INTO projection_parked VALUES ('fleet', $1, 0, $2, 'id', 'LeaseGranted', 'unknown type', 'epoch', 0)`,
        [streamOf(granted), String(position)],
      );
      expect(await run()).toMatchObject({ type: 'Rebuilt', parked: [], differences: [{ explained: true }] });
      expect(await readParked(world.database)).toEqual([]);
      expect(await world.database.query(`SELECT 1 FROM ship_assignments WHERE ship_symbol = 'LATE-1'`)).toHaveLength(1);
    });
  });

  it('fills a view that was never projected', async () => {
    const elsewhere = await World.open(world.store);
    try {
      const room = { store: world.store, database: elsewhere.database, clock: systemClock };
      expect(await rebuild(fleet, room)).toMatchObject({ type: 'Rebuilt', compared: false });
      const there = await Promise.all(fleet.tables.map((table) => fingerprintOf(elsewhere.database, undefined, table)));
      expect(there).toEqual(await fingerprints());
      await elsewhere.database.query('SELECT 1');
      elsewhere.project();
      await elsewhere.reached(head);
      await eventually(async () =>
        expect((await readCheckpoints(elsewhere.database)).find(({ view }) => view === 'fleet')?.logId).toBeTruthy(),
      );
    } finally {
      await elsewhere.close();
    }
  });
});
