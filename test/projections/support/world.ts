import pg from 'pg';
import { InMemoryEventStore } from '../../../src/infrastructure/eventstore/in-memory-event-store.js';
import { systemClock } from '../../../src/infrastructure/clock.js';
import { PostgresDatabase } from '../../../src/infrastructure/postgres/postgres-database.js';
import type { EventStore, RecordedEvent } from '../../../src/application/ports/event-store.js';
import type { Database } from '../../../src/application/ports/views.js';
import { Projecting, type ProjectOptions } from '../../../src/projections/project.js';
import { views as allViews } from '../../../src/projections/views.js';
import type { View } from '../../../src/projections/view.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { eventually } from '../../support/eventually.js';
import { Writer } from './history.js';

export const migratedTemplate = {
  name: 'projections',
  async prepare(url: string) {
    const database = new PostgresDatabase({ url });
    await database.open();
    await database.close();
  },
};

const quick: ProjectOptions = { checkMs: 25, standbyMs: 20, retryMs: 5, longestRetryMs: 50, silentMs: 2_000 };

/** A log, a database, and whoever projects between them; everything is closed at the end. */
export class World {
  readonly writer: Writer;
  readonly projecting: Projecting[] = [];
  /** What the projectors have said. */
  readonly told: string[] = [];
  readonly #closing: (() => Promise<void>)[] = [];

  private constructor(
    readonly store: EventStore,
    readonly room: TestDatabase,
    readonly database: PostgresDatabase,
  ) {
    this.writer = new Writer(store);
  }

  static async open(store: EventStore = new InMemoryEventStore()): Promise<World> {
    const room = await createTestDatabase(migratedTemplate);
    return new World(store, room, new PostgresDatabase({ url: room.url, poolSize: 8 }));
  }

  /** Starts an instance that projects. */
  project(
    options: ProjectOptions & { readonly views?: readonly View[]; readonly database?: Database } = {},
  ): Projecting {
    return this.projectFrom(this.store, options);
  }

  projectFrom(
    store: EventStore,
    options: ProjectOptions & { readonly views?: readonly View[]; readonly database?: Database } = {},
  ): Projecting {
    const { views = allViews, database = this.database, ...rest } = options;
    const room = { store, database, clock: systemClock, say: (sentence: string) => void this.told.push(sentence) };
    const projecting = new Projecting(views, room, { ...quick, ...rest });
    projecting.start();
    this.projecting.push(projecting);
    this.#closing.push(() => projecting.stop());
    return projecting;
  }

  /** Ends every connection and lets nobody in until it is opened again. */
  async shutOut(): Promise<{ open(): Promise<void> }> {
    const elsewhere = new URL(this.room.url);
    const name = elsewhere.pathname.slice(1);
    elsewhere.pathname = '/postgres';
    const admin = new pg.Client({ connectionString: elsewhere.href });
    await admin.connect();
    await admin.query(`ALTER DATABASE "${name}" ALLOW_CONNECTIONS false`);
    await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);
    return {
      async open() {
        await admin.query(`ALTER DATABASE "${name}" ALLOW_CONNECTIONS true`);
        await admin.end();
      },
    };
  }

  /** The whole log. */
  async recorded(): Promise<readonly RecordedEvent[]> {
    const events: RecordedEvent[] = [];
    for await (const event of this.store.readAll({ streamPrefixes: allViews.flatMap((view) => view.streamPrefixes) })) {
      events.push(event);
    }
    return events;
  }

  /** A further way to the same database. */
  anotherDatabase(): PostgresDatabase {
    const database = new PostgresDatabase({ url: this.room.url, poolSize: 4 });
    this.#closing.push(() => database.close());
    return database;
  }

  /** Waits until a view reflects a position. */
  async reached(position: bigint, view = 'fleet', withinMs = 10_000): Promise<void> {
    await eventually(async () => {
      const [row] = await this.database.query<{ position: string | null }>(
        'SELECT GREATEST(position, level) AS position FROM projection_checkpoints WHERE view = $1',
        [view],
      );
      expect(BigInt(row?.position ?? 0)).toBeGreaterThanOrEqual(position);
    }, withinMs);
  }

  async close(): Promise<void> {
    for (const close of this.#closing.reverse()) await close();
    await this.store.close();
    await this.database.close();
    await this.room.drop();
  }
}
