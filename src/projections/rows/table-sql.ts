import type { Session } from '../../application/ports/views.js';
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

function recordOf(table: Table, columns: readonly string[]): string {
  const described = columns.map((column) => {
    const kind = table.columns[column] ?? 'text';
    return `"${column}" ${sqlTypes[kind]}`;
  });
  return described.join(', ');
}

/** Loads the rows with these keys into the set. */
export async function loadRows(
  session: Session,
  schema: string | undefined,
  table: Table,
  keys: Iterable<readonly (string | number)[]>,
  rows: RowSet,
): Promise<void> {
  const wanted = [...keys].map((key) => Object.fromEntries(table.key.map((column, index) => [column, key[index]])));
  if (wanted.length === 0) return;
  const same = table.key.map((column) => `t."${column}" = k."${column}"`).join(' AND ');
  const found = await session.query<Record<string, unknown>>(
    `SELECT ${columnList(table, 't.')} FROM json_to_recordset($1::json) AS k(${recordOf(table, table.key)})
     JOIN ${nameIn(schema, table)} t ON ${same}`,
    [JSON.stringify(wanted)],
  );
  for (const stored of found) rows.load(table, rowFrom(table, stored));
}

/** Writes what changed in the set; one statement per table and kind of change. */
export async function writeChanges(session: Session, schema: string | undefined, rows: RowSet): Promise<void> {
  for (const { table, put, deleted } of rows.changes()) {
    if (deleted.length > 0) await deleteRows(session, schema, table, deleted);
    if (put.length > 0) await putRows(session, schema, table, put);
  }
}

async function putRows(session: Session, schema: string | undefined, table: Table, put: readonly Row[]): Promise<void> {
  const columns = columnsOf(table);
  const others = columns.filter((column) => !table.key.includes(column));
  await session.query(
    `INSERT INTO ${nameIn(schema, table)} (${columnList(table)})
     SELECT ${columnList(table)} FROM json_to_recordset($1::json) AS r(${recordOf(table, columns)})
     ON CONFLICT (${table.key.map((column) => `"${column}"`).join(', ')})
     DO UPDATE SET ${others.map((column) => `"${column}" = EXCLUDED."${column}"`).join(', ')}`,
    [JSON.stringify(put.map((row) => stored(table, row)))],
  );
}

async function deleteRows(
  session: Session,
  schema: string | undefined,
  table: Table,
  deleted: readonly (readonly (string | number)[])[],
): Promise<void> {
  const keys = deleted.map((key) => Object.fromEntries(table.key.map((column, index) => [column, key[index]])));
  const same = table.key.map((column) => `t."${column}" = k."${column}"`).join(' AND ');
  await session.query(
    `DELETE FROM ${nameIn(schema, table)} t USING json_to_recordset($1::json) AS k(${recordOf(table, table.key)})
     WHERE ${same}`,
    [JSON.stringify(keys)],
  );
}

function stored(table: Table, row: Row): Row {
  const timed: Record<string, Cell> = {};
  for (const column in table.columns) {
    const cell = row[column] ?? null;
    timed[column] = cell !== null && table.columns[column] === 'time' ? isoTime(cell as number) : cell;
  }
  return timed;
}

/** PostgreSQL reads the years before 1000 only when they have four digits, which an ISO date has. */
const isoTime = (ms: number): string => new Date(ms).toISOString();

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
