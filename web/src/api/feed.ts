import type { StreamedEvent } from './types.js';

export type FeedState =
  | { readonly type: 'connecting' }
  | { readonly type: 'live' }
  /** Since when nothing comes any more, by this machine's clock. */
  | { readonly type: 'away'; readonly sinceMs: number };

export interface Feed {
  readonly state: FeedState;
  /** Newest first, a bounded number. */
  readonly events: readonly StreamedEvent[];
}

const mostShown = 200;
const againAfterMs = 1_000;
/** So many in a row, and the log is taken to be another one, which never had the position. */
const refusalsBelieved = 5;

/**
 * The live stream of the log. A browser goes on by itself after a cut; where it gives up, because the answer was a
 * refusal, this opens the stream anew from the last position it saw.
 */
export class LogFeed {
  #feed: Feed = { state: { type: 'connecting' }, events: [] };
  #source: EventSource | undefined;
  #again: ReturnType<typeof setTimeout> | undefined;
  #last: string | undefined;
  #refusals = 0;
  readonly #watchers = new Set<() => void>();

  constructor(private readonly url = '/api/v1/stream') {}

  readonly snapshot = (): Feed => this.#feed;

  readonly watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    if (!this.#source && this.#again === undefined) this.#open();
    return () => {
      this.#watchers.delete(watcher);
      if (this.#watchers.size === 0) this.#close();
    };
  };

  #open(): void {
    this.#again = undefined;
    const source = new EventSource(this.#last === undefined ? this.url : `${this.url}?after=${this.#last}`);
    this.#source = source;
    source.addEventListener('open', () => {
      this.#refusals = 0;
      this.#become({ type: 'live' });
    });
    source.addEventListener('message', ({ data, lastEventId }: MessageEvent<string>) => {
      this.#last = lastEventId;
      const event = JSON.parse(data) as StreamedEvent;
      this.#tell({ state: { type: 'live' }, events: [event, ...this.#feed.events].slice(0, mostShown) });
    });
    source.addEventListener('error', () => this.#lost(source));
  }

  #lost(source: EventSource): void {
    if (this.#feed.state.type !== 'away') this.#become({ type: 'away', sinceMs: Date.now() });
    if (source.readyState !== EventSource.CLOSED) return;
    this.#refusals += 1;
    if (this.#refusals >= refusalsBelieved) this.#last = undefined;
    this.#source = undefined;
    this.#again = setTimeout(() => this.#open(), againAfterMs);
  }

  #close(): void {
    this.#source?.close();
    this.#source = undefined;
    clearTimeout(this.#again);
    this.#again = undefined;
  }

  #become(state: FeedState): void {
    this.#tell({ ...this.#feed, state });
  }

  #tell(feed: Feed): void {
    this.#feed = feed;
    for (const watcher of this.#watchers) watcher();
  }
}
