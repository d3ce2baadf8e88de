import { createHash } from 'node:crypto';
import type { Connection } from '../../application/ports/views.js';
import type { RowSet } from '../rows/row-set.js';
import { columnList, nameIn, rowFrom } from '../rows/table-sql.js';
import { canonicalLine, keyOf, type Row, type Table } from '../rows/table.js';

/** SHA-256 over the canonical lines of a table in the order of its key: equal rows, equal hash, on every machine. */
export interface Fingerprint {
  readonly table: string;
  readonly rows: number;
  readonly sha256: string;
}

const pageLength = 5_000;

class Digest {
  readonly #hash = createHash('sha256');
  #rows = 0;

  add(line: string): void {
    this.#hash.update(line).update('\n');
    this.#rows += 1;
  }

  of(table: Table): Fingerprint {
    return { table: table.name, rows: this.#rows, sha256: this.#hash.digest('hex') };
  }
}

/** Of a stored table; without a schema, of the live one. */
export async function fingerprintOf(
  connection: Connection,
  schema: string | undefined,
  table: Table,
): Promise<Fingerprint> {
  const digest = new Digest();
  const key = table.key.map((column) => `"${column}"`).join(', ');
  const after = `(${key}) > (${table.key.map((_column, index) => `$${index + 1}`).join(', ')})`;
  for (let last: Row | undefined; ;) {
    const found = await connection.query<Record<string, unknown>>(
      `SELECT ${columnList(table)} FROM ${nameIn(schema, table)} ${last ? `WHERE ${after}` : ''}
       ORDER BY ${key} LIMIT ${pageLength}`,
      last ? [...keyOf(table, last)] : [],
    );
    for (const stored of found) {
      last = rowFrom(table, stored);
      digest.add(canonicalLine(table, last));
    }
    if (found.length < pageLength) return digest.of(table);
  }
}

/** Of rows that were folded in memory. */
export function fingerprintOfRows(rows: RowSet, table: Table): Fingerprint {
  const digest = new Digest();
  for (const line of rows.canonicalLines(table)) digest.add(line);
  return digest.of(table);
}
