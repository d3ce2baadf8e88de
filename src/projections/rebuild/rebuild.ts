import type { View } from '../view.js';
import { CannotApply } from './fold-into-shadow.js';
import type { RebuildOptions, RebuildRoom } from './options.js';
import type { RebuildOutcome } from './outcome.js';
import { RebuildRun } from './rebuild-run.js';
import { createShadow, dropShadow } from './shadow.js';

const defaultBatchSize = 5_000;

/**
 * Makes a view anew from the whole log, beside the live one, and takes it over in one transaction once every row has
 * been compared at the same position. Rejects with DatabaseUnavailable or StoreUnavailable; the live view is then as
 * it was, and what is left of the shadow is dropped by the next run.
 */
export async function rebuild(view: View, room: RebuildRoom, options: RebuildOptions = {}): Promise<RebuildOutcome> {
  const { name } = view;
  const claim = await room.database.claim(`holdfast rebuild ${name}`);
  if (!claim) return { type: 'AlreadyRunning', view: name };
  const signal = AbortSignal.any([claim.lost, ...(options.signal ? [options.signal] : [])]);
  try {
    signal.throwIfAborted();
    const shadow = await createShadow(room.database, view);
    const { batchSize = defaultBatchSize } = options;
    return await new RebuildRun(view, shadow, room, { ...options, batchSize, signal }).run();
  } catch (error) {
    if (options.signal?.aborted) return { type: 'Cancelled', view: name };
    if (error instanceof CannotApply) return { type: 'CannotApply', view: name, parked: error.parked };
    throw error;
  } finally {
    await dropShadow(room.database, view).catch(() => undefined);
    await claim.release();
  }
}
