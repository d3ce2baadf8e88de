import type { EventStore } from '../../application/ports/event-store.js';
import { lagCountedTo } from '../../application/ports/views.js';
import type { View } from '../view.js';

export interface Pending {
  readonly count: number;
  /** When the oldest of them was written; null when there is none. */
  readonly oldestMs: number | null;
  /** How far the log was looked through: to the head, unless a longer stretch lies between. */
  readonly lookedTo: bigint;
}

/** The view's events after what was reached, in the next stretch of the log and no further than its head. */
export async function pendingEvents(
  store: EventStore,
  { streamPrefixes }: View,
  reached: bigint | null,
  head: bigint,
): Promise<Pending> {
  if (reached !== null && reached >= head) return { count: 0, oldestMs: null, lookedTo: reached };
  let looked = 0;
  let count = 0;
  let oldestMs: number | null = null;
  const after = reached === null ? {} : { after: reached };
  for await (const { stream, createdMs, position } of store.readAll({ ...after, upTo: head, streamPrefixes: [''] })) {
    looked += 1;
    if (streamPrefixes.some((prefix) => stream.startsWith(prefix))) {
      oldestMs ??= createdMs;
      count += 1;
    }
    if (looked >= lagCountedTo) return { count, oldestMs, lookedTo: position };
  }
  return { count, oldestMs, lookedTo: head };
}
