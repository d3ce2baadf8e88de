import { RowSet } from './row-set.js';
import type { Table } from './table.js';

const mostRows = 10_000;

/** The rows of the last batches, which the next one is likely to touch. Only for whoever alone writes the tables. */
export class WarmRows {
  #rows: RowSet;

  constructor(private readonly tables: readonly Table[]) {
    this.#rows = new RowSet(tables);
  }

  /** Runs a batch's transaction with the set; a set whose transaction failed, or that grew too large, is dropped. */
  async during<T>(commit: (rows: RowSet) => Promise<T>): Promise<T> {
    const rows = this.#rows;
    this.#rows = new RowSet(this.tables);
    const result = await commit(rows);
    rows.settle();
    if (rows.size <= mostRows) this.#rows = rows;
    return result;
  }
}
