import type { ProtoReader } from './proto-reader.js';

const form = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;
const zero = Buffer.alloc(16);

/** The 16 bytes of a UUID in text form, or undefined if it is none or all zero. */
export function uuidBytes(text: string): Buffer | undefined {
  if (!form.test(text)) return undefined;
  const bytes = Buffer.from(text.replaceAll('-', ''), 'hex');
  return bytes.equals(zero) ? undefined : bytes;
}

export function uuidText(id: Uint8Array): string {
  const hex = Buffer.from(id.buffer, id.byteOffset, id.byteLength).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Reads an `event_store.client.UUID` in either of its forms; undefined if it holds no usable id. */
export function readUuid(message: ProtoReader): Buffer | undefined {
  let id: Buffer | undefined;
  while (message.next()) {
    if (message.field === 2) id = uuidBytes(message.string());
    else if (message.field === 1) id = readStructured(message.message());
    else message.skip();
  }
  return id;
}

function readStructured(message: ProtoReader): Buffer | undefined {
  const id = Buffer.alloc(16);
  while (message.next()) {
    if (message.field === 1) id.writeBigUInt64BE(message.uint64(), 0);
    else if (message.field === 2) id.writeBigUInt64BE(message.uint64(), 8);
    else message.skip();
  }
  return id.equals(zero) ? undefined : id;
}
