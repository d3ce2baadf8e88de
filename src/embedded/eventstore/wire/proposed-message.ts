import type { ProposedEvent } from '../streams/proposed-event.js';
import { InvalidRequest, MissingMetadataProperty } from './invalid-request.js';
import type { ProtoReader } from './proto-reader.js';
import { readUuid } from './uuid.js';

const nothing = new Uint8Array(0);

/** Reads a ProposedMessage of either kind of append: their fields are the same. */
export function readProposedMessage(message: ProtoReader): ProposedEvent {
  let id: Buffer | undefined;
  let type: string | undefined;
  let contentType: string | undefined;
  let metadata: Uint8Array = nothing;
  let data: Uint8Array = nothing;
  while (message.next()) {
    if (message.field === 1) id = readUuid(message.message());
    else if (message.field === 2) {
      const [key, value] = readEntry(message.message());
      if (key === 'type') type = value;
      else if (key === 'content-type') contentType = value;
    } else if (message.field === 3) metadata = message.bytes();
    else if (message.field === 4) data = message.bytes();
    else message.skip();
  }
  if (id === undefined) throw new InvalidRequest('The id of an event is missing, not a UUID, or zero.');
  if (type === undefined) throw new MissingMetadataProperty('type');
  if (contentType === undefined) throw new MissingMetadataProperty('content-type');
  if (type === '') throw new InvalidRequest('The type of an event is empty.');
  return { id, type, isJson: contentType === 'application/json', data, metadata };
}

function readEntry(message: ProtoReader): [key: string, value: string] {
  let key = '';
  let value = '';
  while (message.next()) {
    if (message.field === 1) key = message.string();
    else if (message.field === 2) value = message.string();
    else message.skip();
  }
  return [key, value];
}
