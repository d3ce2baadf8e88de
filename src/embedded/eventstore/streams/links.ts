import type { LogRecord } from '../log/event-log.js';
import type { StreamReader } from './stream-reader.js';

const linkType = '$>';

/** What a reader is given for one record: the event, and the link that led to it. */
export interface ResolvedRecord {
  /** Undefined for a link whose target is not visible. */
  readonly event: LogRecord | undefined;
  readonly link: LogRecord | undefined;
}

/** Follows a link one level. A record that is no link, or whose text names no revision, is returned as it is. */
export async function resolveLink(record: LogRecord, reader: StreamReader): Promise<ResolvedRecord> {
  const target = record.type === linkType ? parseTarget(record.data) : undefined;
  if (target === undefined) return { event: record, link: undefined };
  const page = await reader.page(target.stream, target.revision, 'forwards', 1);
  const event = page.type === 'Page' ? page.records[0] : undefined;
  return { event: event?.revision === target.revision ? event : undefined, link: record };
}

function parseTarget(data: Uint8Array): { revision: number; stream: string } | undefined {
  const text = new TextDecoder().decode(data);
  const at = text.indexOf('@');
  if (at === -1 || !/^\d{1,15}$/.test(text.slice(0, at))) return undefined;
  return { revision: Number(text.slice(0, at)), stream: text.slice(at + 1) };
}
