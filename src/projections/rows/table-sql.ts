import type { Connection } from '../../application/ports/views.js';
import type { RowSet } from './row-set.js';
import { columnsOf, type Cell, type ColumnKind, type Row, type Table } from './table.js';

const sqlTypes: Readonly<Record<ColumnKind, string>> = {
  text: 'text',
  json: 'text',
  integer: 'integer',
  bigint: 'bigint',
  number: 'double precision',
  time: 'timestamptz',
  position: 'bigint',
};

/** A table in a schema; without one, the live table. */
export function nameIn(schema: string | undefined, table: Pick<Table, 'name'>): string {
  return schema === undefined ? `"${table.name}"` : `"${schema}"."${table.name}"`;
}

export const columnList = (table: Table, alias = ''): string =>
  columnsOf(table)
    .map((column) => `${alias}"${column}"`)
    .join(', ');

/** Rows travel as JSON, in which a time is a number. */
function recordOf(table: Table, columns: readonly string[]): string {
  const described = columns.map((column) => {
    const kind = table.columns[column] ?? 'text';
    return `"${column}" ${kind === 'time' ? 'bigint' : sqlTypes[kind]}`;
  });
  return described.join(', ');
}

/** Milliseconds to a time without a rounding on the way: an interval counts whole microseconds. */
function fromRecord(table: Table, column: string): string {
  return table.columns[column] === 'time'
    ? `timestamptz 'epoch' + r."${column}" * interval '1 millisecond'`
    : `r."${column}"`;
}

/** Loads what is stored under these keys into the set, as far as the set does not know it. */
export async function loadRows(
  connection: Connection,
  schema: string | undefined,
  table: Table,
  keys: Iterable<readonly (string | number)[]>,
  rows: RowSet,
): Promise<void> {
  const unknown = [...keys].filter((key) => !rows.knows(table, key));
  if (unknown.length === 0) return;
  const wanted = unknown.map((key) => Object.fromEntries(table.key.map((column, index) => [column, key[index]])));
  const same = table.key.map((column) => `t."${column}" = k."${column}"`).join(' AND ');
  const found = await connection.query<Record<string, unknown>>(
    `SELECT ${columnList(table, 't.')} FROM json_to_recordset($1::json) AS k(${recordOf(table, table.key)})
     JOIN ${nameIn(schema, table)} t ON ${same}`,
    [JSON.stringify(wanted)],
  );
  for (const key of unknown) rows.loadAbsent(table, key);
  for (const stored of found) rows.load(table, rowFrom(table, stored));
}

/** Writes what changed in the set; one statement per table and kind of change. */
export async function writeChanges(connection: Connection, schema: string | undefined, rows: RowSet): Promise<void> {
  for (const { table, put, deleted } of rows.changes()) {
    if (deleted.length > 0) await deleteRows(connection, schema, table, deleted);
    if (put.length > 0) await putRows(connection, schema, table, put);
  }
}

async function putRows(
  connection: Connection,
  schema: string | undefined,
  table: Table,
  put: readonly Row[],
): Promise<void> {
  const columns = columnsOf(table);
  const others = columns.filter((column) => !table.key.includes(column));
  await connection.query(
    `INSERT INTO ${nameIn(schema, table)} (${columnList(table)})
     SELECT ${columns.map((column) => fromRecord(table, column)).join(', ')}
     FROM json_to_recordset($1::json) AS r(${recordOf(table, columns)})
     ON CONFLICT (${table.key.map((column) => `"${column}"`).join(', ')})
     DO UPDATE SET ${others.map((column) => `"${column}" = EXCLUDED."${column}"`).join(', ')}`,
    [JSON.stringify(put)],
  );
}

async function deleteRows(
  connection: Connection,
  schema: string | undefined,
  table: Table,
  deleted: readonly (readonly (string | number)[])[],
): Promise<void> {
  const keys = deleted.map((key) => Object.fromEntries(table.key.map((column, index) => [column, key[index]])));
  const same = table.key.map((column) => `t."${column}" = k."${column}"`).join(' AND ');
  await connection.query(
    `DELETE FROM ${nameIn(schema, table)} t USING json_to_recordset($1::json) AS k(${recordOf(table, table.key)})
     WHERE ${same}`,
    [JSON.stringify(keys)],
  );
}

/** A row as PostgreSQL gives it, as a view knows it. */
export function rowFrom<R extends Row>(table: Table<R>, found: Readonly<Record<string, unknown>>): R {
  const row: Record<string, Cell> = {};
  for (const column in table.columns) row[column] = cellFrom(table.columns[column] ?? 'text', found[column]);
  return row as R;
}

function cellFrom(kind: ColumnKind, value: unknown): Cell {
  if (value === null || value === undefined) return null;
  switch (kind) {
    case 'text':
    case 'json':
    case 'position':
      return value as string;
    case 'integer':
    case 'bigint':
    case 'number':
      return Number(value);
    case 'time':
      return (value as Date).getTime();
    default:
      return kind satisfies never;
  }
}
