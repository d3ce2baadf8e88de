import type { Database } from '../../application/ports/views.js';
import { nameIn } from '../rows/table-sql.js';
import type { View } from '../view.js';

export const shadowOf = ({ name }: View): string => `holdfast_shadow_${name}`;

/** Empty tables like the live ones. What a killed rebuild left behind is dropped. */
export async function createShadow(database: Database, view: View): Promise<string> {
  const shadow = shadowOf(view);
  await dropShadow(database, view);
  await database.query(`CREATE SCHEMA "${shadow}"`);
  for (const table of view.tables) {
    const name = nameIn(shadow, table);
    await database.query(
      `CREATE UNLOGGED TABLE ${name} (LIKE ${nameIn(undefined, table)} INCLUDING CONSTRAINTS INCLUDING DEFAULTS)
       WITH (fillfactor = 70)`,
    );
    await database.query(
      `ALTER TABLE ${name} ADD PRIMARY KEY (${table.key.map((column) => `"${column}"`).join(', ')})`,
    );
  }
  return shadow;
}

export async function dropShadow(database: Database, view: View): Promise<void> {
  await database.query(`DROP SCHEMA IF EXISTS "${shadowOf(view)}" CASCADE`);
}
