import type { DomainEvent } from '../application/events/catalogue.js';
import type { Row, Table } from './rows/table.js';

/** One event of the log, read and understood. */
export interface Fact {
  readonly stream: string;
  readonly revision: bigint;
  readonly position: bigint;
  readonly event: DomainEvent;
}

export interface RowRef {
  readonly table: Table;
  readonly key: readonly (string | number)[];
}

/** The rows a batch touches, in memory. Changes of an event that is refused are dropped as a whole. */
export interface Rows {
  get<R extends Row>(table: Table<R>, ...key: readonly (string | number)[]): R | undefined;
  put<R extends Row>(table: Table<R>, row: R): void;
  delete<R extends Row>(table: Table<R>, ...key: readonly (string | number)[]): void;
}

/**
 * A pure fold of the log into rows. The same fold keeps the live tables, rebuilds them, and answers about the past:
 * whatever it needs is in the event or in the rows it names, and no clock, number or order of the database is.
 */
export interface View {
  readonly name: string;
  readonly streamPrefixes: readonly string[];
  readonly tables: readonly Table[];
  /** Every row that `apply` may read or write for this event. */
  rowsTouchedBy(fact: Fact): readonly RowRef[];
  /** The stream a row is made from: what explains a difference when that stream is parked. */
  streamOf(table: Table, row: Row): string;
  /** Throws when the event makes no sense where it stands: its stream is parked. */
  apply(fact: Fact, rows: Rows): void;
}

/** Thrown by a view for an event that does not belong where it was found. */
export class Misplaced extends Error {
  override readonly name = 'Misplaced';
}
