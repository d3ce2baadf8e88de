import { jsonEvent, type AllStreamResolvedEvent, type EventData, type ResolvedEvent } from '@eventstore/db-client';
import type { EventMetadata, NewEvent, RecordedEvent } from '../../application/ports/event-store.js';
import type { JsonObject } from '../../domain/kernel/json.js';

export function toEventData({ id, type, data, metadata }: NewEvent): EventData {
  return jsonEvent({ id, type, data, metadata });
}

/**
 * Whatever stands in the log comes through, also what others wrote: data that is no JSON object and metadata that is not
 * ours are for the codec to refuse.
 */
export function toRecordedEvent(resolved: ResolvedEvent | AllStreamResolvedEvent): RecordedEvent {
  const event = resolved.event ?? resolved.link;
  if (event === undefined) throw new TypeError('the server sent a message without an event');
  return {
    id: event.id,
    type: event.type,
    data: event.data as JsonObject,
    metadata: event.metadata as unknown as EventMetadata,
    stream: event.streamId,
    revision: event.revision,
    position: resolved.commitPosition ?? event.position?.commit ?? 0n,
    createdMs: event.created.getTime(),
  };
}
