import type { SubscriptionFilter } from '../filter/record-filter.js';
import type { EventLog } from '../log/event-log.js';
import { PageSize, readAllPage } from '../streams/all-reader.js';
import type { ReadFrom } from '../streams/read-from.js';
import type { Delivery } from './delivery.js';
import { FilterProgress } from './filter-progress.js';
import { LiveFeed } from './live-feed.js';

/**
 * Everything after `from`, first from the log and then as it is appended, until the signal.
 * The feed is on from the first call of `next`, so that nothing falls between the two.
 */
export async function* subscribeToAll(
  log: EventLog,
  from: ReadFrom,
  filter: SubscriptionFilter | undefined,
  signal: AbortSignal,
): AsyncGenerator<Delivery, void> {
  const progress = new FilterProgress(filter);
  const pageSize = new PageSize();
  const feed = new LiveFeed(log, () => true);
  let seen = from === 'start' ? -1 : from === 'end' ? log.lastPosition : from;
  try {
    while (!signal.aborted) {
      feed.restart();
      for (;;) {
        const { records } = await readAllPage(log, seen + 1, 'forwards', pageSize.next());
        if (records.length === 0 || signal.aborted) break;
        pageSize.learn(records);
        yield* progress.deliver(records);
        seen = records.at(-1)!.position;
      }
      if (signal.aborted) return;
      yield* progress.checkpoint(seen);
      if (feed.overflowed) continue;
      yield { type: 'CaughtUp' };
      progress.restart();
      for (let live = await feed.take(signal); live !== undefined; live = await feed.take(signal)) {
        const fresh = live.filter(({ position }) => position > seen);
        yield* progress.deliver(fresh);
        seen = fresh.at(-1)?.position ?? seen;
      }
      yield* progress.checkpoint(seen);
    }
  } finally {
    feed.close();
  }
}
