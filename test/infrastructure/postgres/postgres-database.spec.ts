import { DatabaseUnavailable, RowRefused } from '../../../src/application/ports/views.js';
import { createDataSource } from '../../../src/infrastructure/postgres/data-source.js';
import { PostgresDatabase } from '../../../src/infrastructure/postgres/postgres-database.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { eventually } from '../../support/eventually.js';

describe('PostgreSQL as the views know it', () => {
  let room: TestDatabase;
  let database: PostgresDatabase;
  beforeEach(async () => {
    room = await createTestDatabase();
    database = new PostgresDatabase({ url: room.url, poolSize: 3 });
  });
  afterEach(async () => {
    await database.close();
    await room.drop();
  });

  const terminateOthers = () =>
    database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    );

  it('brings the schema up when it is first asked, also when several ask at once', async () => {
    const others = [1, 2, 3].map(() => new PostgresDatabase({ url: room.url, poolSize: 2 }));
    const counts = await Promise.all(
      [database, ...others].map((each) => each.query('SELECT count(*)::int AS count FROM ship_assignments')),
    );
    expect(counts).toEqual(Array.from({ length: 4 }, () => [{ count: 0 }]));
    await Promise.all(others.map((each) => each.close()));
  });

  it('migrates up, down and up again, and ends with the same schema', async () => {
    const source = createDataSource({
      url: room.url,
      poolSize: 1,
      connectTimeoutMs: 5_000,
      statementTimeoutMs: 5_000,
      say: () => undefined,
    });
    await source.initialize();
    const schema = () =>
      source.query(
        `SELECT table_name, column_name, data_type, collation_name, is_nullable FROM information_schema.columns
         WHERE table_schema = current_schema() AND table_name <> 'holdfast_migrations' ORDER BY 1, ordinal_position`,
      );
    await source.runMigrations();
    const up = await schema();
    expect(up.length).toBeGreaterThan(80);
    for (const _ of source.migrations) await source.undoLastMigration();
    expect(await schema()).toEqual([]);
    await source.runMigrations();
    expect(await schema()).toEqual(up);
    await source.destroy();
  });

  it('[A155] loses its connections without a harm: the next call works', async () => {
    await Promise.all([1, 2, 3].map(() => database.query('SELECT pg_sleep(0.05)')));
    await terminateOthers();
    await eventually(async () => expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }]));
  });

  it('[A155] rejects what was under way when the connection broke, and goes on', async () => {
    await database.open();
    const slow = database.transaction((connection) => connection.query('SELECT pg_sleep(20)'));
    const outcome = expect(slow).rejects.toThrow(DatabaseUnavailable);
    await eventually(async () => {
      const ended = await database.query<{ ended: boolean }>(
        `SELECT pg_terminate_backend(pid) AS ended FROM pg_stat_activity
         WHERE datname = current_database() AND query LIKE 'SELECT pg_sleep(20%' AND pid <> pg_backend_pid()`,
      );
      expect(ended).toEqual([{ ended: true }]);
    });
    await outcome;
    expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('says that nobody answers, and tries anew with each call', async () => {
    const nobody = new PostgresDatabase({ url: 'postgres://127.0.0.1:1/none', connectTimeoutMs: 500 });
    for (let call = 0; call < 2; call += 1) await expect(nobody.query('SELECT 1')).rejects.toThrow(DatabaseUnavailable);
    await expect(nobody.claim('x')).rejects.toThrow(DatabaseUnavailable);
    await nobody.close();
  });

  it('tells a value that is refused from a database that is away, and both from a bug', async () => {
    await expect(database.query('SELECT $1::jsonb', ['"\\u0000"'])).rejects.toThrow(RowRefused);
    await expect(database.query('SELECT $1::text', ['a\0b'])).rejects.toThrow(RowRefused);
    await expect(database.query('INSERT INTO players VALUES (1)')).rejects.toThrow(RowRefused);
    await expect(database.query('SELECT * FROM nowhere')).rejects.toMatchObject({ code: '42P01' });
  });

  describe('a transaction', () => {
    const insert = `INSERT INTO projection_checkpoints (view, epoch) VALUES ('v', 1)`;
    const rows = () => database.query('SELECT view FROM projection_checkpoints');

    it('is undone when its work throws, with the error of the work', async () => {
      const failure = new Error('thought better of it');
      await expect(
        database.transaction(async (connection) => {
          await connection.query(insert);
          throw failure;
        }),
      ).rejects.toBe(failure);
      expect(await rows()).toEqual([]);
    });

    it('rejects when the commit was a rollback, although nobody said so', async () => {
      const swallowing = database.transaction(async (connection) => {
        await connection.query(insert);
        await connection.query('SELECT 1/0').catch(() => undefined);
      });
      await expect(swallowing).rejects.toThrow(DatabaseUnavailable);
      expect(await rows()).toEqual([]);
    });

    it('that only reads cannot write, and sees one instant', async () => {
      await expect(database.transaction((connection) => connection.query(insert), { readOnly: true })).rejects.toThrow(
        'read-only',
      );
      const seen = await database.transaction(
        async (connection) => {
          const before = await connection.query('SELECT view FROM projection_checkpoints');
          await database.query(insert);
          return [before, await connection.query('SELECT view FROM projection_checkpoints')];
        },
        { snapshot: true, readOnly: true },
      );
      expect(seen).toEqual([[], []]);
      expect(await rows()).toHaveLength(1);
    });
  });

  describe('a claim', () => {
    it('is had by one at a time, and by another after its release', async () => {
      const first = await database.claim('projector');
      expect(first).toBeDefined();
      expect(await database.claim('projector')).toBeUndefined();
      const other = await database.claim('something else');
      expect(other).toBeDefined();
      expect(await first?.held()).toBe(true);
      await first?.release();
      const second = await eventually(async () => {
        const claim = await database.claim('projector');
        expect(claim).toBeDefined();
        return claim;
      });
      await Promise.all([second?.release(), other?.release()]);
    });

    it('knows when its connection is gone', async () => {
      const claim = await database.claim('projector');
      await terminateOthers();
      await eventually(() => expect(claim?.lost.aborted).toBe(true));
      expect(await claim?.held()).toBe(false);
      await claim?.release();
    });
  });
});
