/** `time` is milliseconds since 1970 here and timestamptz there; `json` is JSON as text; `position` a decimal text. */
export type ColumnKind = 'text' | 'integer' | 'bigint' | 'number' | 'time' | 'json' | 'position';
export type Cell = string | number | null;
export type Row = Readonly<Record<string, Cell>>;

export interface Table<R extends Row = Row> {
  readonly name: string;
  readonly key: readonly (keyof R & string)[];
  /** In the order of the canonical form. */
  readonly columns: Readonly<Record<keyof R & string, ColumnKind>>;
}

/** A table of rows of one shape; the compiler holds columns and shape together. */
export function table<R extends Row>(definition: Table<R>): Table<R> {
  return definition;
}

export const columnsOf = (table: Table): readonly string[] => Object.keys(table.columns);

export const keyOf = (table: Table, row: Row): readonly (string | number)[] =>
  table.key.map((column) => row[column] as string | number);

/** One text per key, for maps. */
export const keyText = (key: readonly (string | number)[]): string =>
  key.length === 1 ? `${key[0]}` : JSON.stringify(key);

/** One line per row, the same on every machine: the cells in column order as a JSON array. */
export function canonicalLine(table: Table, row: Row): string {
  return JSON.stringify(columnsOf(table).map((column) => row[column]));
}

/** The order of PostgreSQL under collation C: numbers as numbers, texts by their UTF-8 bytes. */
export function byKey(table: Table): (one: Row, other: Row) => number {
  return (one, other) => {
    for (const column of table.key) {
      const a = one[column] ?? '';
      const b = other[column] ?? '';
      const order =
        typeof a === 'number' && typeof b === 'number'
          ? a - b
          : Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)));
      if (order !== 0) return order;
    }
    return 0;
  };
}
