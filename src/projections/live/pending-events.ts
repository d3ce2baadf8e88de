import type { EventStore } from '../../application/ports/event-store.js';
import { lagCountedTo } from '../../application/ports/views.js';
import type { View } from '../view.js';

export interface Pending {
  /** At most `lagCountedTo`. */
  readonly count: number;
  /** When the oldest of them was written; null when there is none. */
  readonly oldestMs: number | null;
}

/** The view's events after what was reached, up to the head. */
export async function pendingEvents(
  store: EventStore,
  { streamPrefixes }: View,
  reached: bigint | null,
  head: bigint,
): Promise<Pending> {
  if (reached !== null && reached >= head) return { count: 0, oldestMs: null };
  let count = 0;
  let oldestMs: number | null = null;
  const after = reached === null ? {} : { after: reached };
  for await (const { createdMs } of store.readAll({ ...after, upTo: head, streamPrefixes })) {
    oldestMs ??= createdMs;
    count += 1;
    if (count >= lagCountedTo) break;
  }
  return { count, oldestMs };
}
