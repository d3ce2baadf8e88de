import type { EventStore, Subscription, SubscriptionOptions } from '../../../src/application/ports/event-store.js';
import type { ProjectionStatus } from '../../../src/application/ports/views.js';
import { InMemoryEventStore } from '../../../src/infrastructure/eventstore/in-memory-event-store.js';
import { readCheckpoints } from '../../../src/projections/live/checkpoint.js';
import { claimName, type Projecting } from '../../../src/projections/project.js';
import { rebuild } from '../../../src/projections/rebuild/rebuild.js';
import { ViewReader } from '../../../src/projections/reads/view-reader.js';
import { fleet } from '../../../src/projections/fleet/fleet.js';
import { systemClock } from '../../../src/infrastructure/clock.js';
import { eventually } from '../../support/eventually.js';
import { examples } from '../../support/examples.js';
import { Writer } from '../support/history.js';
import { World } from '../support/world.js';

const { lease, container, player } = examples;
const history = [container.created(), lease.granted(), container.starting(), container.started()];

function statusOf(projecting: Projecting, view = 'fleet'): ProjectionStatus {
  const status = projecting.statuses().find((each) => each.view === view);
  if (!status) throw new Error(`no status of ${view}`);
  return status;
}

describe('projecting', () => {
  let world: World;
  beforeEach(async () => {
    world = await World.open();
  });
  afterEach(() => world.close());

  const ships = () => world.database.query('SELECT ship_symbol, status, token FROM ship_assignments ORDER BY 1');

  it('brings the rows level with the log, and says so', async () => {
    const projecting = world.project();
    const position = await world.writer.write(...history);
    await world.reached(position);

    expect(await ships()).toEqual([{ ship_symbol: 'COOPER-2', status: 'active', token: '1' }]);
    await eventually(() =>
      expect(statusOf(projecting)).toMatchObject({
        role: 'projecting',
        readerAlive: true,
        position,
        head: position,
        lagEvents: 0,
        lagMs: 0,
        parked: 0,
        eventsApplied: 4,
        lastError: null,
      }),
    );
  });

  it('reaches the head of the log also in a view that the newest events do not concern', async () => {
    world.project();
    await world.reached(await world.writer.write(...history), 'players');
  });

  it('looks a position up at once that somebody waits for and that concerns no row', async () => {
    const projecting = world.project({ checkMs: 600_000 });
    await world.reached(await world.writer.write(...history));
    const minPosition = await world.writer.write(player.registered());
    const reader = new ViewReader(world.database, systemClock, projecting);
    const answer = await reader.answer([fleet], { minPosition }, async () => 'read');
    expect(answer).toMatchObject({ type: 'Answered', value: 'read' });
  });

  it('goes on after the last checkpoint when it is started again', async () => {
    const first = world.project();
    await world.reached(await world.writer.write(...history));
    await first.stop();
    const position = await world.writer.write(lease.released());

    const second = world.project();
    await world.reached(position);
    expect(statusOf(second).eventsApplied).toBe(1);
    expect(statusOf(second).epoch).toBe(2);
  });

  it('is done by one instance; another takes over when it stops', async () => {
    const first = world.project();
    await eventually(() => expect(statusOf(first).role).toBe('projecting'));
    const second = world.project({ database: world.anotherDatabase() });
    await world.reached(await world.writer.write(...history));
    await eventually(() =>
      expect(statusOf(second)).toMatchObject({ role: 'standby', readerAlive: null, lagEvents: 0 }),
    );
    expect(statusOf(second).eventsApplied).toBe(0);

    await first.stop();
    await world.reached(await world.writer.write(lease.released()));
    expect(statusOf(second)).toMatchObject({ role: 'projecting', eventsApplied: 1 });
  });

  it('is taken from an instance that stands still', async () => {
    const frozen = await world.anotherDatabase().claim(claimName);
    const second = world.project({ standstillMs: 200 });
    await world.reached(await world.writer.write(...history));
    expect(statusOf(second)).toMatchObject({ role: 'projecting' });
    expect(frozen?.lost.aborted).toBe(true);
    expect(world.told.filter((sentence) => sentence.includes('stands still'))).toHaveLength(1);
  });

  it('is left to one that lives, also while nothing happens', async () => {
    const first = world.project();
    await world.reached(await world.writer.write(...history));
    const second = world.project({ database: world.anotherDatabase(), standstillMs: 200 });
    await eventually(() => expect(statusOf(second).role).toBe('standby'));
    const marks = new Set<number>();
    await eventually(async () => {
      for (const { currentAtMs } of await readCheckpoints(world.database)) marks.add(currentAtMs ?? 0);
      expect(marks.size).toBeGreaterThan(40);
    });
    expect([statusOf(first), statusOf(second)]).toMatchObject([{ role: 'projecting', epoch: 1 }, { role: 'standby' }]);
    expect(world.told).toEqual([]);
  });

  it('survives that PostgreSQL ends all of its connections', async () => {
    const projecting = world.project();
    await world.reached(await world.writer.write(...history));
    await world
      .anotherDatabase()
      .query(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
      );

    await world.reached(await world.writer.write(lease.released()));
    await eventually(() => expect(statusOf(projecting)).toMatchObject({ role: 'projecting', lagEvents: 0 }));
    expect(await ships()).toEqual([{ ship_symbol: 'COOPER-2', status: 'idle', token: '1' }]);
  });

  it('waits for a PostgreSQL that lets nobody in, and catches up', async () => {
    const projecting = world.project();
    await world.reached(await world.writer.write(...history));
    const closed = await world.shutOut();
    const position = await world.writer.write(lease.released(), lease.granted({ token: 2 }));
    await eventually(() => expect(statusOf(projecting).lastError).not.toBeNull());

    await closed.open();
    await world.reached(position);
    await eventually(() => expect(statusOf(projecting).lastError).toBeNull());
    expect(await ships()).toEqual([{ ship_symbol: 'COOPER-2', status: 'active', token: '2' }]);
  });

  it('commits rows and checkpoint together: a commit that fails leaves neither', async () => {
    world.project();
    await world.reached(await world.writer.write(...history));
    const before = await world.database.query('SELECT position FROM projection_checkpoints WHERE view = $1', ['fleet']);
    await world.database.query(
      `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION 'not now' USING ERRCODE = '40001'; END $$`,
    );
    await world.database.query(
      `CREATE CONSTRAINT TRIGGER refuse AFTER UPDATE ON ship_assignments DEFERRABLE INITIALLY DEFERRED
       FOR EACH ROW EXECUTE FUNCTION refuse()`,
    );
    const released = await world.writer.write(lease.released());
    const [projecting] = world.projecting;
    await eventually(() => expect(projecting && statusOf(projecting).lastError?.message).toContain('not now'));

    expect(await ships()).toEqual([{ ship_symbol: 'COOPER-2', status: 'active', token: '1' }]);
    expect(
      await world.database.query('SELECT position FROM projection_checkpoints WHERE view = $1', ['fleet']),
    ).toEqual(before);

    await world.database.query('DROP TRIGGER refuse ON ship_assignments');
    await world.reached(released);
    expect(await ships()).toEqual([{ ship_symbol: 'COOPER-2', status: 'idle', token: '1' }]);
  });

  it('notices a subscription that went silent without a word, and takes it up again', async () => {
    let opened = 0;
    const subscribe = (options: SubscriptionOptions): Subscription => {
      opened += 1;
      if (opened > 1) return world.store.subscribe(options);
      return { position: undefined, alive: true, stop: () => Promise.resolve() };
    };
    const deaf: EventStore = {
      append: (...asked) => world.store.append(...asked),
      readBackwards: (...asked) => world.store.readBackwards(...asked),
      readForwards: (...asked) => world.store.readForwards(...asked),
      readAll: (...asked) => world.store.readAll(...asked),
      readAllBackwards: (...asked) => world.store.readAllBackwards(...asked),
      headPosition: () => world.store.headPosition(),
      close: () => Promise.resolve(),
      subscribe,
    };
    const position = await world.writer.write(...history);
    world.projectFrom(deaf, { views: [fleet], silentMs: 100 });
    await world.reached(position);
    expect(opened).toBeGreaterThan(1);
    expect(world.told.join()).toContain('none was delivered');
  });

  it('refuses a log that ends before the checkpoint, and says to rebuild', async () => {
    const first = world.project();
    await world.reached(await world.writer.write(...history));
    await first.stop();
    const rows = await ships();

    const shorter = new InMemoryEventStore();
    await new Writer(shorter).write(container.created());
    const projecting = world.projectFrom(shorter);
    await eventually(() => expect(statusOf(projecting).role).toBe('refused'));
    expect(statusOf(projecting).lastError?.message).toBe(
      'view fleet stands at position 4, and the log ends at 1: it was made from another log, or this one was restored ' +
        'from an older copy; run "holdfast projections rebuild fleet" to make it from this one',
    );
    expect(await ships()).toEqual(rows);
  });

  it('refuses another log that is long enough, and goes on once the view was rebuilt', async () => {
    const first = world.project();
    await world.reached(await world.writer.write(...history));
    await first.stop();

    const other = new InMemoryEventStore();
    const writer = new Writer(other);
    await writer.write(
      container.created({ containerId: 'other' }),
      ...Array.from({ length: 5 }, () => player.registered()),
    );
    const projecting = world.projectFrom(other);
    await eventually(() => expect(statusOf(projecting).role).toBe('refused'));
    expect(statusOf(projecting).lastError?.message).toContain('made from another log, which begins with event');

    const outcome = await rebuild(fleet, { store: other, database: world.database, clock: systemClock });
    expect(outcome).toMatchObject({ type: 'Rebuilt', compared: false, events: 1 });
    await eventually(() => expect(statusOf(projecting).role).toBe('projecting'));
    expect(await ships()).toEqual([]);
    expect(await world.database.query('SELECT container_id FROM containers')).toEqual([{ container_id: 'other' }]);
  });
});
