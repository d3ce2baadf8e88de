import type { ReactNode } from 'react';
import type { FeedState } from './api/feed.js';
import { clockTime, lengthOf } from './say/moments.js';
import { useNow } from './say/now.js';

const words = { connecting: '… connecting', live: '● live', away: '✕ server away' } as const;

/** Always there, so that nothing moves when it changes. */
export function ConnectionChip({ state }: { readonly state: FeedState }): ReactNode {
  return (
    <span className={`chip feed-${state.type}`} data-feed={state.type}>
      {words[state.type]}
    </span>
  );
}

/** Lies over the foot of the page while the server is away; the page under it keeps its place. */
export function ConnectionBanner({ state }: { readonly state: FeedState }): ReactNode {
  return (
    <div role="status" className="banner-room">
      {state.type === 'away' && <Away sinceMs={state.sinceMs} />}
    </div>
  );
}

function Away({ sinceMs }: { readonly sinceMs: number }): ReactNode {
  const nowMs = useNow();
  return (
    <p className="banner">
      <strong>The server is away</strong> since {clockTime(sinceMs, nowMs)}{' '}
      <span aria-hidden="true">({lengthOf(nowMs - sinceMs)})</span>. What you see is what it said last. Trying again…
    </p>
  );
}
