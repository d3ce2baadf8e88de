import type { Connection } from '../../application/ports/views.js';
import type { Page, Paging } from '../../application/queries/view-answer.js';
import { columnList, nameIn, rowFrom } from '../rows/table-sql.js';
import type { Row, Table } from '../rows/table.js';

/** Conditions with their values, joined by AND. Column names come from code, values only as parameters. */
export class Where {
  readonly #conditions: string[] = [];
  readonly parameters: unknown[] = [];

  /** `condition` has one `?` for each value; nothing is added when the first value is undefined. */
  and(condition: string, ...values: readonly unknown[]): this {
    if (values[0] === undefined) return this;
    let next = this.parameters.length;
    this.parameters.push(...values);
    this.#conditions.push(condition.replaceAll('?', () => `$${(next += 1)}`));
    return this;
  }

  get sql(): string {
    return this.#conditions.length === 0 ? '' : `WHERE ${this.#conditions.join(' AND ')}`;
  }
}

/** Rows in the order of their keys. */
export async function selectRows<R extends Row>(
  connection: Connection,
  table: Table<R>,
  where: Where = new Where(),
  limit?: number,
): Promise<R[]> {
  const order = table.key.map((column) => `"${column}"`).join(', ');
  const cut = limit === undefined ? '' : `LIMIT ${Math.trunc(limit)}`;
  const found = await connection.query<Record<string, unknown>>(
    `SELECT ${columnList(table)} FROM ${nameIn(undefined, table)} ${where.sql} ORDER BY ${order} ${cut}`,
    where.parameters,
  );
  return found.map((stored) => rowFrom(table, stored));
}

const defaultLimit = 200;
const mostRows = 1_000;

export const limitOf = ({ limit = defaultLimit }: Paging<unknown>): number =>
  Math.min(Math.max(1, Math.trunc(limit)), mostRows);

/** Cuts the one row that was asked for beyond the limit, which tells whether there is a next page. */
export function pageOf<R, Key>(rows: readonly R[], limit: number, keyOf: (row: R) => Key): Page<R, Key> {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { rows: page, next: rows.length > limit && last !== undefined ? keyOf(last) : null };
}
