import type { NewEvent } from '../../application/ports/event-store.js';

/** What an EventStoreDB takes in one append unless it is told otherwise. */
export const appendLimitBytes = 1_048_576;

/** As an EventStoreDB counts: data, metadata, and the type in UTF-16. */
export function appendBytes(events: readonly NewEvent[]): number {
  return events.reduce(
    (sum, { type, data, metadata }) => sum + jsonBytes(data) + jsonBytes(metadata) + 2 * type.length,
    0,
  );
}

function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
