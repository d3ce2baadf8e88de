import type { EventLog } from '../log/event-log.js';
import { PageSize } from '../streams/all-reader.js';
import type { StreamReader } from '../streams/stream-reader.js';
import type { ReadFrom } from '../streams/read-from.js';
import type { Delivery } from './delivery.js';
import { LiveFeed } from './live-feed.js';

/** The events of one stream after `from`, first the visible ones of the past and then as they are appended. */
export async function* subscribeToStream(
  log: EventLog,
  reader: StreamReader,
  stream: string,
  from: ReadFrom,
  signal: AbortSignal,
): AsyncGenerator<Delivery, void> {
  const pageSize = new PageSize();
  const feed = new LiveFeed(log, (record) => record.stream === stream);
  let seen = from === 'start' ? -1 : from === 'end' ? reader.lastRevision(stream) : from;
  try {
    while (!signal.aborted) {
      feed.restart();
      for (let next: number | undefined = seen + 1; next !== undefined && !signal.aborted;) {
        const page = await reader.page(stream, next, 'forwards', pageSize.next());
        if (page.type === 'Deleted') {
          yield { type: 'StreamDeleted' };
          return;
        }
        if (page.type === 'NotFound') break;
        pageSize.learn(page.records);
        if (page.records.length > 0) yield { type: 'Records', records: page.records };
        seen = page.records.at(-1)?.revision ?? seen;
        next = page.next;
      }
      if (signal.aborted) return;
      if (feed.overflowed) continue;
      yield { type: 'CaughtUp' };
      for (let live = await feed.take(signal); live !== undefined; live = await feed.take(signal)) {
        const fresh = live.filter((record) => record.tombstone || record.revision > seen);
        if (fresh.length > 0) yield { type: 'Records', records: fresh };
        if (fresh.some(({ tombstone }) => tombstone)) {
          yield { type: 'StreamDeleted' };
          return;
        }
        seen = fresh.at(-1)?.revision ?? seen;
      }
    }
  } finally {
    feed.close();
  }
}
