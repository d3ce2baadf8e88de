import type { Cell, ColumnKind, Row, Table } from './table.js';

/** What PostgreSQL would refuse, or store as something else. */
export class NotStorable extends Error {
  override readonly name = 'NotStorable';
}

const deepest = 256;
const longestKey = 512;
const unstorable = /\0|\p{Surrogate}/u;
/** Years 1 to 9999: what an ISO date can say to everybody. */
const firstMs = -62_135_596_800_000;
const lastMs = 253_402_300_799_999;

/**
 * Refuses a value that a view could not keep wherever it ended up. Judged per event and not per row, so that the
 * verdict does not depend on which events share a batch.
 */
export function requireStorable(value: unknown, depth = 0): void {
  if (typeof value === 'string') {
    if (unstorable.test(value))
      throw new NotStorable('it holds a NUL or half a surrogate pair, which PostgreSQL refuses');
    return;
  }
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new NotStorable('it holds a number that JSON cannot say');
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  if (depth > deepest) throw new NotStorable(`it is nested deeper than ${deepest}`);
  for (const key in value) {
    if (unstorable.test(key))
      throw new NotStorable('a key holds a NUL or half a surrogate pair, which PostgreSQL refuses');
    requireStorable((value as Record<string, unknown>)[key], depth + 1);
  }
}

export function requireStorableRow(table: Table, row: Row): void {
  for (const column in table.columns) {
    const cell = row[column] ?? null;
    const kind = table.columns[column];
    if (cell !== null && kind !== undefined && !fits(kind, cell)) {
      throw new NotStorable(`${table.name}.${column} cannot hold what it says`);
    }
  }
  for (const column of table.key) {
    const cell = row[column];
    if (cell === null || cell === undefined) throw new NotStorable(`${table.name}.${column} is missing`);
    if (typeof cell === 'string' && cell.length > longestKey)
      throw new NotStorable(`${table.name}.${column} is too long`);
  }
}

function fits(kind: ColumnKind, cell: Exclude<Cell, null>): boolean {
  switch (kind) {
    case 'text':
    case 'json':
    case 'position':
      return typeof cell === 'string';
    case 'integer':
      return Number.isInteger(cell) && Math.abs(cell as number) <= 2_147_483_647;
    case 'bigint':
      return Number.isSafeInteger(cell);
    case 'number':
      return Number.isFinite(cell);
    case 'time':
      return Number.isSafeInteger(cell) && (cell as number) >= firstMs && (cell as number) <= lastMs;
    default:
      return kind satisfies never;
  }
}
