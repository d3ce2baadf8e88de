import { shadowOf } from '../../src/projections/rebuild/shadow.js';
import { columnsOf, type ColumnKind } from '../../src/projections/rows/table.js';
import { views } from '../../src/projections/views.js';
import { World } from './support/world.js';

const types: Readonly<Record<ColumnKind, string>> = {
  text: 'text',
  json: 'text',
  integer: 'integer',
  bigint: 'bigint',
  number: 'double precision',
  time: 'timestamp with time zone',
  position: 'bigint',
};

describe('the tables of the views', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.open();
  });
  afterAll(() => world.close());

  it.each(views.flatMap(({ tables }) => tables).map((table) => [table.name, table] as const))(
    'have the columns that the code knows, in that order: %s',
    async (name, table) => {
      const found = await world.database.query<{ column_name: string; data_type: string; collation_name: string }>(
        `SELECT column_name, data_type, collation_name FROM information_schema.columns
         WHERE table_name = $1 AND table_schema = current_schema() ORDER BY ordinal_position`,
        [name],
      );
      expect(found.map(({ column_name }) => column_name)).toEqual(columnsOf(table));
      expect(found.map(({ data_type }) => data_type)).toEqual(
        Object.values<ColumnKind>(table.columns).map((kind) => types[kind]),
      );
      expect(
        found.filter(({ data_type }) => data_type === 'text').every(({ collation_name }) => collation_name === 'C'),
      ).toBe(true);
    },
  );

  it('have neither a default nor a number of their own', async () => {
    const names = views.flatMap(({ tables }) => tables.map(({ name }) => name));
    const found = await world.database.query(
      `SELECT table_name, column_name FROM information_schema.columns
       WHERE table_name = ANY($1) AND (column_default IS NOT NULL OR is_identity = 'YES')`,
      [names],
    );
    expect(found).toEqual([]);
  });

  it('have no name twice, and each view a shadow of its own', () => {
    const names = views.flatMap(({ tables }) => tables.map(({ name }) => name));
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(views.map(shadowOf)).size).toBe(views.length);
  });
});
