import { requireStorable } from './storable.js';
import { byKey, canonicalLine, keyOf, keyText, type Row, type Table } from './table.js';
import type { Rows } from '../view.js';

export interface Changes {
  readonly table: Table;
  readonly put: readonly Row[];
  readonly deleted: readonly (readonly (string | number)[])[];
}

interface Entry {
  readonly key: readonly (string | number)[];
  readonly row: Row | undefined;
}

class TableRows {
  readonly committed = new Map<string, Entry>();
  readonly changed = new Set<string>();
  readonly pending = new Map<string, Entry>();
}

/** The rows of some tables in memory, changed event by event: each event whole, or not at all. */
export class RowSet implements Rows {
  readonly #tables: ReadonlyMap<string, TableRows>;
  /** Tables that the event under way has changed. */
  readonly #touched = new Set<TableRows>();

  constructor(private readonly tables: readonly Table[]) {
    this.#tables = new Map(tables.map(({ name }) => [name, new TableRows()]));
  }

  get<R extends Row>(table: Table<R>, ...key: readonly (string | number)[]): R | undefined {
    const rows = this.#rowsOf(table);
    const text = keyText(key);
    return (rows.pending.get(text) ?? rows.committed.get(text))?.row as R | undefined;
  }

  put<R extends Row>(table: Table<R>, row: R): void {
    requireStorable(table, row);
    this.#change(table, { key: keyOf(table, row), row });
  }

  delete<R extends Row>(table: Table<R>, ...key: readonly (string | number)[]): void {
    this.#change(table, { key, row: undefined });
  }

  /** Takes a row as it is stored: not a change. */
  load(table: Table, row: Row): void {
    const key = keyOf(table, row);
    this.#rowsOf(table).committed.set(keyText(key), { key, row });
  }

  /** Takes note that no row with this key is stored: not a change. */
  loadAbsent(table: Table, key: readonly (string | number)[]): void {
    this.#rowsOf(table).committed.set(keyText(key), { key, row: undefined });
  }

  /** Whether it is known what is stored under this key, be it nothing. */
  knows(table: Table, key: readonly (string | number)[]): boolean {
    return this.#rowsOf(table).committed.has(keyText(key));
  }

  get size(): number {
    let size = 0;
    for (const { committed } of this.#tables.values()) size += committed.size;
    return size;
  }

  /** What was changed is stored now. */
  settle(): void {
    for (const { changed } of this.#tables.values()) changed.clear();
  }

  /** Runs one event's changes; when it throws they are dropped and the error goes on. */
  atomically(apply: () => void): void {
    try {
      apply();
      for (const rows of this.#touched) {
        for (const [text, entry] of rows.pending) {
          rows.committed.set(text, entry);
          rows.changed.add(text);
        }
      }
    } finally {
      for (const { pending } of this.#touched) pending.clear();
      this.#touched.clear();
    }
  }

  /** What differs from what was loaded. */
  changes(): readonly Changes[] {
    return this.tables.flatMap((table) => {
      const { committed, changed } = this.#rowsOf(table);
      const entries = [...changed].map((text) => committed.get(text)).filter((entry) => entry !== undefined);
      if (entries.length === 0) return [];
      return {
        table,
        put: entries.map(({ row }) => row).filter((row) => row !== undefined),
        deleted: entries.filter(({ row }) => row === undefined).map(({ key }) => key),
      };
    });
  }

  /** All rows of a table in the order of their keys. */
  sorted(table: Table): readonly Row[] {
    const entries = [...this.#rowsOf(table).committed.values()];
    return entries
      .map(({ row }) => row)
      .filter((row) => row !== undefined)
      .sort(byKey(table));
  }

  canonicalLines(table: Table): readonly string[] {
    return this.sorted(table).map((row) => canonicalLine(table, row));
  }

  #change(table: Pick<Table, 'name'>, entry: Entry): void {
    const rows = this.#rowsOf(table);
    rows.pending.set(keyText(entry.key), entry);
    this.#touched.add(rows);
  }

  #rowsOf(table: Pick<Table, 'name'>): TableRows {
    const rows = this.#tables.get(table.name);
    if (!rows) throw new Error(`the view has no table ${table.name}`);
    return rows;
  }
}
