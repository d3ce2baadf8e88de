import pg from 'pg';
import { createTestDatabase } from './database.js';

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('a database for one test file', () => {
  it('is empty, of its own, and gone once dropped', async () => {
    const [one, two] = await Promise.all([createTestDatabase(), createTestDatabase()]);
    await query(one.url, 'CREATE TABLE ships (symbol text)');

    expect(await query(two.url, `SELECT to_regclass('ships') AS found`)).toEqual([{ found: null }]);

    await one.drop();
    await expect(query(one.url, 'SELECT 1')).rejects.toMatchObject({ code: '3D000' });
    await two.drop();
  });

  it('is dropped under the feet of a connection that stayed open', async () => {
    const database = await createTestDatabase();
    const client = new pg.Client({ connectionString: database.url });
    client.on('error', () => undefined);
    await client.connect();

    await database.drop();

    await expect(client.query('SELECT 1')).rejects.toThrow();
    await client.end().catch(() => undefined);
  });

  it('can be a copy of a template that is prepared once', async () => {
    let preparations = 0;
    const template = {
      name: 'support_spec',
      async prepare(url: string) {
        preparations += 1;
        await query(url, 'CREATE TABLE ships AS SELECT 7 AS fuel');
      },
    };
    const copies = await Promise.all([1, 2, 3].map(() => createTestDatabase(template)));

    for (const copy of copies) expect(await query(copy.url, 'SELECT fuel FROM ships')).toEqual([{ fuel: 7 }]);
    expect(preparations).toBe(1);
    await Promise.all(copies.map((copy) => copy.drop()));
  });
});
