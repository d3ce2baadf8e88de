import { applyFact } from '../../src/projections/apply-fact.js';
import { RowSet } from '../../src/projections/rows/row-set.js';
import type { Fact, View } from '../../src/projections/view.js';

/** The view's rows after these facts, without a database. */
export function foldView(view: View, facts: Iterable<Fact>): RowSet {
  const rows = new RowSet(view.tables);
  for (const fact of facts) applyFact(view, fact, rows);
  return rows;
}
