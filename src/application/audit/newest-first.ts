import type { EventStore, Position } from '../ports/event-store.js';
import { auditEventOf, type AuditEvent } from './audit-event.js';
import { isMeant, prefixesOf, type AuditFilter } from './audit-filter.js';

/** How far back the audit is read. */
export interface Reach {
  /** Exclusive: where an earlier reading ended; the end of the log by default. */
  readonly before?: Position | undefined;
  /** Exclusive: nothing that lies before it is looked at. */
  readonly after?: Position | undefined;
  /** Nothing is looked at from the first event on that the store took in before this moment, on its clock. */
  readonly sinceMs?: number | undefined;
}

export interface Looked {
  readonly position: Position;
  /** Undefined: it is about something else. */
  readonly line: AuditEvent | undefined;
}

/**
 * Every event of the log within reach, newest first, with its line where it has one that is meant: events that have none are
 * told too, for whoever has to end the search, since the store reads them whoever asks.
 */
export async function* newestFirst(
  store: EventStore,
  filter: AuditFilter,
  { before, after = 0n, sinceMs = -Infinity }: Reach,
): AsyncIterable<Looked> {
  const prefixes = prefixesOf(filter);
  const range = { streamPrefixes: [''], ...(before !== undefined && { before }) };
  for await (const recorded of store.readAllBackwards(range)) {
    const { stream, position, createdMs } = recorded;
    if (position <= after || createdMs < sinceMs) return;
    const event = prefixes.some((prefix) => stream.startsWith(prefix)) ? auditEventOf(recorded) : undefined;
    yield { position, line: event && isMeant(event, filter) ? event : undefined };
  }
}
