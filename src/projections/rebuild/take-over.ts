import type { Connection } from '../../application/ports/views.js';
import { columnList, nameIn } from '../rows/table-sql.js';
import { columnsOf, type Table } from '../rows/table.js';
import type { View } from '../view.js';
import { differ, sameKey } from './differences.js';

/**
 * Makes the live rows those of the shadow by writing only what differs. The tables stay the same tables: readers are
 * never blocked and see the rows before or after, and grants, SQL views and prepared statements go on working, none of
 * which a swap of tables can promise.
 */
export async function takeOver(connection: Connection, view: View, shadow: string): Promise<void> {
  for (const table of view.tables) {
    const live = nameIn(undefined, table);
    const rebuilt = nameIn(shadow, table);
    await connection.query(
      `DELETE FROM ${live} l WHERE NOT EXISTS (SELECT FROM ${rebuilt} s WHERE ${sameKey(table, 'l', 's')})`,
    );
    await connection.query(
      `INSERT INTO ${live} (${columnList(table)})
       SELECT ${columnList(table, 's.')} FROM ${rebuilt} s LEFT JOIN ${live} l ON ${sameKey(table, 'l', 's')}
       WHERE ${differ(table, 'l', 's')}
       ON CONFLICT (${table.key.map((column) => `"${column}"`).join(', ')}) DO UPDATE SET ${assignments(table)}`,
    );
  }
}

function assignments(table: Table): string {
  const others = columnsOf(table).filter((column) => !table.key.includes(column));
  return others.map((column) => `"${column}" = EXCLUDED."${column}"`).join(', ');
}
