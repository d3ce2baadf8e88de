import type { RowSet } from './rows/row-set.js';
import type { Fact, View } from './view.js';

/** Applies one fact whole, or throws and leaves the rows as they were. */
export function applyFact(view: View, fact: Fact, rows: RowSet): void {
  rows.atomically(() => view.apply(fact, rows));
}
