import type { Cell, ColumnKind, Table, Row } from './table.js';

/** What PostgreSQL would refuse, or store as something else. */
export class NotStorable extends Error {
  override readonly name = 'NotStorable';
}

const longestKey = 512;
/** Years 1 to 9999: what everybody can read. */
const firstMs = -62_135_596_800_000;
const lastMs = 253_402_300_799_999;

type Check = readonly [column: string, kind: ColumnKind];
const checks = new WeakMap<Table, readonly Check[]>();

/**
 * Refuses a row that could not be kept. Judged per event and not per batch, so that the judgement does not depend on
 * which events share one. Texts are right already: no event is decoded with a NUL or half a surrogate pair in it.
 */
export function requireStorable(table: Table, row: Row): void {
  for (const [column, kind] of checksOf(table)) {
    const cell = row[column] ?? null;
    if (cell !== null && !fits(kind, cell)) throw new NotStorable(`${table.name}.${column} cannot hold what it says`);
  }
  for (const column of table.key) {
    const cell = row[column] ?? null;
    if (cell === null) throw new NotStorable(`${table.name}.${column} is missing`);
    if (typeof cell === 'string' && cell.length > longestKey)
      throw new NotStorable(`${table.name}.${column} is too long`);
  }
}

function checksOf(table: Table): readonly Check[] {
  const known = checks.get(table);
  if (known) return known;
  const found = Object.entries<ColumnKind>(table.columns).filter(([, kind]) => !alwaysFits.includes(kind));
  checks.set(table, found);
  return found;
}

const alwaysFits: readonly ColumnKind[] = ['text', 'json', 'position'];

function fits(kind: ColumnKind, cell: Exclude<Cell, null>): boolean {
  switch (kind) {
    case 'integer':
      return Number.isInteger(cell) && Math.abs(cell as number) <= 2_147_483_647;
    case 'bigint':
      return Number.isSafeInteger(cell);
    case 'number':
      return Number.isFinite(cell);
    case 'time':
      return Number.isSafeInteger(cell) && (cell as number) >= firstMs && (cell as number) <= lastMs;
    case 'text':
    case 'json':
    case 'position':
      return true;
    default:
      return kind satisfies never;
  }
}
