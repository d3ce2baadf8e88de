import { RowSet } from './rows/row-set.js';
import type { Fact, View } from './view.js';

/** Applies one fact whole, or throws and leaves the rows as they were. */
export function applyFact(view: View, fact: Fact, rows: RowSet): void {
  rows.atomically(() => view.apply(fact, rows));
}

/** The view's rows after these facts, without a database. */
export function foldView(view: View, facts: Iterable<Fact>): RowSet {
  const rows = new RowSet(view.tables);
  for (const fact of facts) applyFact(view, fact, rows);
  return rows;
}
