import { useQueryClient } from '@tanstack/react-query';
import { createContext, useContext, useEffect, useRef, useSyncExternalStore } from 'react';
import { LogFeed, type Feed } from './feed.js';
import { kindsTouchedBy } from './reads.js';

export const logFeed = new LogFeed();
const FeedContext = createContext<Feed>({ state: { type: 'connecting' }, events: [] });
export const FeedProvider = FeedContext.Provider;
export const useFeed = (): Feed => useContext(FeedContext);

/** The views are some milliseconds behind the log. */
const settleMs = 120;

/** Follows the log, and has every read taken again that an event may have changed. Once a page. */
export function useLogFeed(): Feed {
  const feed = useSyncExternalStore(logFeed.watch, logFeed.snapshot);
  const client = useQueryClient();
  const due = useRef(new Set<string>());
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const newest = feed.events[0];
  const live = feed.state.type === 'live';

  useEffect(() => {
    if (live) void client.invalidateQueries();
  }, [live, client]);

  useEffect(() => {
    if (!newest) return;
    for (const kind of kindsTouchedBy(newest.stream)) due.current.add(kind);
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      for (const kind of due.current) void client.invalidateQueries({ queryKey: [kind] });
      due.current.clear();
    }, settleMs);
  }, [newest, client]);
  return feed;
}
