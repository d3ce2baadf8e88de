import type { EventStore } from '../../application/ports/event-store.js';
import { historyPrefixes } from '../../domain/streams.js';
import type { View } from '../view.js';
import type { Checkpoint } from './checkpoint.js';

/** The rows were made from another log, or from more of it than there is. */
export class ForeignLog extends Error {
  override readonly name = 'ForeignLog';
}

/** Id of the first event of the log's history: no two logs share one. Null while the log has none. */
export async function logIdOf(store: EventStore): Promise<string | null> {
  for await (const { id } of store.readAll({ streamPrefixes: historyPrefixes })) return id;
  return null;
}

/**
 * A checkpoint is only worth something against the log it was taken from.
 * @throws ForeignLog with a sentence that says what to do
 */
export async function requireSameLog(store: EventStore, view: View, checkpoint: Checkpoint): Promise<void> {
  const { position, logId } = checkpoint;
  if (position === null) return;
  const cure = `run "holdfast projections rebuild ${view.name}" to make it from this one`;
  const head = await store.headPosition();
  if (position > head) {
    throw new ForeignLog(
      `view ${view.name} stands at position ${position}, and the log ends at ${head}: it was made from another log, or ` +
        `this one was restored from an older copy; ${cure}`,
    );
  }
  if (logId !== null && (await logIdOf(store)) !== logId) {
    throw new ForeignLog(`view ${view.name} was made from another log, which begins with event ${logId}; ${cure}`);
  }
}
