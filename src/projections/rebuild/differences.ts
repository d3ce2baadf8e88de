import type { Connection } from '../../application/ports/views.js';
import { nameIn, rowFrom } from '../rows/table-sql.js';
import { columnsOf, keyOf, type Row, type Table } from '../rows/table.js';
import type { View } from '../view.js';

/** One row that the live view and the rebuilt one do not agree on; null where one of them has no such row. */
export interface Difference {
  readonly table: string;
  readonly key: readonly (string | number)[];
  readonly columns: readonly string[];
  readonly live: Row | null;
  readonly rebuilt: Row | null;
  /** Its stream is parked in one of the two, so that they had to part. */
  readonly explained: boolean;
}

/** More than this many of one table are not told apart. */
const mostPerTable = 10_000;

/** Row by row, inside the transaction that holds the view still. */
export async function findDifferences(
  connection: Connection,
  view: View,
  shadow: string,
  isParked: (stream: string) => boolean,
): Promise<readonly Difference[]> {
  const found: Difference[] = [];
  for (const table of view.tables) {
    for (const { live, rebuilt } of await differingRows(connection, table, shadow)) {
      const row = live ?? rebuilt;
      if (!row) continue;
      found.push({
        table: table.name,
        key: keyOf(table, row),
        columns: columnsOf(table).filter((column) => live?.[column] !== rebuilt?.[column]),
        live,
        rebuilt,
        explained: isParked(view.streamOf(table, row)),
      });
    }
  }
  return found;
}

export const differ = (table: Table, one: string, other: string): string =>
  `ROW(${listed(table, one)}) IS DISTINCT FROM ROW(${listed(table, other)})`;

export const sameKey = (table: Table, one: string, other: string): string =>
  table.key.map((column) => `${one}."${column}" = ${other}."${column}"`).join(' AND ');

const listed = (table: Table, alias: string): string =>
  columnsOf(table)
    .map((column) => `${alias}."${column}"`)
    .join(', ');

async function differingRows(connection: Connection, table: Table, shadow: string) {
  const aliased = (alias: string) => columnsOf(table).map((column) => `${alias}."${column}" AS "${alias}_${column}"`);
  const [first = ''] = table.key;
  const order = table.key.map((column) => `COALESCE(l."${column}", s."${column}")`).join(', ');
  const rows = await connection.query<Record<string, unknown>>(
    `SELECT ${[...aliased('l'), ...aliased('s')].join(', ')}
     FROM ${nameIn(undefined, table)} l FULL JOIN ${nameIn(shadow, table)} s ON ${sameKey(table, 'l', 's')}
     WHERE ${differ(table, 'l', 's')} ORDER BY ${order} LIMIT ${mostPerTable}`,
  );
  const side = (row: Record<string, unknown>, alias: string): Row | null => {
    if (row[`${alias}_${first}`] === null) return null;
    return rowFrom(table, Object.fromEntries(columnsOf(table).map((column) => [column, row[`${alias}_${column}`]])));
  };
  return rows.map((row) => ({ live: side(row, 'l'), rebuilt: side(row, 's') }));
}
