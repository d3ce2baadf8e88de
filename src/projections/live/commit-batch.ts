import { RowRefused, type Database } from '../../application/ports/views.js';
import type { ParkedStream } from '../../application/queries/projections.js';
import type { WarmRows } from '../rows/warm-rows.js';
import type { View } from '../view.js';
import { applyBatch, type Reading } from './apply-batch.js';
import { moveCheckpoint, type Checkpoint } from './checkpoint.js';
import { parkedAt, writeParked } from './parked.js';
import type { ParkingLot } from './parking-lot.js';

/**
 * Commits a batch: rows, parked streams and checkpoint, or none of them. When PostgreSQL refuses a row the batch is
 * halved until the event that brings it stands alone, and that one's stream is parked.
 * @param upTo everything that matched up to it is in the readings or before them
 * @returns the checkpoint as it is now
 */
export async function commitBatch(
  database: Database,
  view: View,
  readings: readonly Reading[],
  upTo: bigint,
  from: Checkpoint,
  lot: ParkingLot,
  warm: WarmRows,
): Promise<Checkpoint> {
  const commit = async (fold: Parameters<typeof inTransaction>[3]): Promise<Checkpoint> => {
    const { checkpoint, parked } = await inTransaction(database, upTo, from, fold);
    lot.take(parked);
    return checkpoint;
  };
  try {
    return await warm.during((rows) =>
      commit((connection) => applyBatch(connection, { view, schema: undefined }, readings, lot, rows)),
    );
  } catch (error) {
    if (!(error instanceof RowRefused)) throw error;
    const [only, ...others] = readings;
    if (!only) throw error;
    if (others.length === 0) return commit(async () => [parkedAt(view, only.recorded, error)]);
    const half = Math.ceil(readings.length / 2);
    const first = readings.slice(0, half);
    const firstUpTo = first.at(-1)?.recorded.position ?? upTo;
    const between = await commitBatch(database, view, first, firstUpTo, from, lot, warm);
    return commitBatch(database, view, readings.slice(half), upTo, between, lot, warm);
  }
}

function inTransaction(
  database: Database,
  upTo: bigint,
  from: Checkpoint,
  fold: (connection: Parameters<Parameters<Database['transaction']>[0]>[0]) => Promise<readonly ParkedStream[]>,
): Promise<{ readonly checkpoint: Checkpoint; readonly parked: readonly ParkedStream[] }> {
  return database.transaction(async (connection) => {
    // First, because it locks the view: rows are read only when nobody else can change them.
    const checkpoint = await moveCheckpoint(connection, from, upTo);
    const parked = await fold(connection);
    await writeParked(connection, parked);
    return { checkpoint, parked };
  });
}
