import type { RecordedEvent } from '../../../application/ports/event-store.js';

/** An event as it stands in the log; what is wider than a JSON number is text. */
export function eventBody({ revision, position, createdMs, ...event }: RecordedEvent) {
  return { ...event, createdAtMs: createdMs, revision: String(revision), position: String(position) };
}
