import type { Position, RecordedEvent } from '../../../application/ports/event-store.js';

/** What a client of the stream is told of an event; positions and revisions are wider than a JSON number. */
export function streamedEvent({ position, stream, revision, type, createdMs, data }: RecordedEvent) {
  return {
    position: String(position),
    stream,
    revision: String(revision),
    type,
    at: new Date(createdMs).toISOString(),
    data,
  };
}

/** JSON has no line breaks of its own, so an event is always one `data` line. */
export function eventText(event: RecordedEvent): string {
  return `id: ${event.position}\ndata: ${JSON.stringify(streamedEvent(event))}\n\n`;
}

/** Where the stream stands and how soon to come back; browsers dispatch nothing for it. */
export function openingText(position: Position, retryMs: number): string {
  return `retry: ${retryMs}\nid: ${position}\n\n`;
}

/** A comment that keeps the connection open, and the position reached although nothing matched. */
export function heartbeatText(position: Position): string {
  return `: still here\nid: ${position}\n\n`;
}

export type EndReason = 'shutdown' | 'event-store-unavailable';

/** The last event of a stream that the server ends; the position to go on from is the last `id`. */
export function endText(reason: EndReason): string {
  return `event: end\ndata: ${JSON.stringify({ reason })}\n\n`;
}
