import { decodeEvent } from '../../application/events/event-codec.js';
import type { RecordedEvent } from '../../application/ports/event-store.js';
import type { Connection } from '../../application/ports/views.js';
import type { ParkedStream } from '../../application/queries/projections.js';
import { applyFact } from '../apply-fact.js';
import type { RowSet } from '../rows/row-set.js';
import { loadRows, writeChanges } from '../rows/table-sql.js';
import { keyText, type Table } from '../rows/table.js';
import type { Fact, RowRef, View } from '../view.js';
import { parkedAt } from './parked.js';
import type { ParkingLot } from './parking-lot.js';

/** An event with what it means and which rows it touches, or why it cannot be taken. */
export type Reading =
  | { readonly recorded: RecordedEvent; readonly fact: Fact; readonly touches: readonly RowRef[] }
  | { readonly recorded: RecordedEvent; readonly unreadable: unknown };

export function read(view: View, recorded: RecordedEvent): Reading {
  try {
    const { stream, revision, position } = recorded;
    const fact: Fact = { stream, revision, position, event: decodeEvent(recorded) };
    return { recorded, fact, touches: view.rowsTouchedBy(fact) };
  } catch (unreadable) {
    return { recorded, unreadable };
  }
}

export interface Target {
  readonly view: View;
  /** Undefined: the live tables. */
  readonly schema: string | undefined;
}

/**
 * Folds a batch into the tables, inside the caller's transaction. The set then holds what was written: it is worth
 * nothing if the transaction fails.
 * @returns the streams that were parked, or passed over again, by this batch
 */
export async function applyBatch(
  connection: Connection,
  { view, schema }: Target,
  readings: readonly Reading[],
  lot: ParkingLot,
  rows: RowSet,
): Promise<readonly ParkedStream[]> {
  for (const [table, keys] of touched(readings, lot)) await loadRows(connection, schema, table, keys.values(), rows);
  const parked = foldBatch(view, readings, lot, rows);
  await writeChanges(connection, schema, rows);
  return parked;
}

function foldBatch(view: View, readings: readonly Reading[], lot: ParkingLot, rows: RowSet): readonly ParkedStream[] {
  const changed = new Map<string, ParkedStream>();
  for (const reading of readings) {
    const { recorded } = reading;
    const known = changed.get(recorded.stream) ?? lot.get(recorded.stream);
    if (known) {
      changed.set(known.stream, { ...known, passedOver: known.passedOver + 1 });
      continue;
    }
    try {
      if ('unreadable' in reading) throw reading.unreadable;
      applyFact(view, reading.fact, rows);
    } catch (cause) {
      changed.set(recorded.stream, parkedAt(view, recorded, cause));
    }
  }
  return [...changed.values()];
}

function touched(readings: readonly Reading[], lot: ParkingLot) {
  const tables = new Map<Table, Map<string, readonly (string | number)[]>>();
  for (const reading of readings) {
    if ('unreadable' in reading || lot.get(reading.recorded.stream)) continue;
    for (const { table, key } of reading.touches) {
      const keys = tables.get(table) ?? new Map<string, readonly (string | number)[]>();
      keys.set(keyText(key), key);
      tables.set(table, keys);
    }
  }
  return tables;
}
