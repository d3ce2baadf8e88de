import type { Direction, EventLog, LogRecord } from '../log/event-log.js';
import { nowTicks } from './clock.js';
import type { MetadataCache } from './metadata-cache.js';
import { firstVisibleRevision, isExpired, noMetadata, parseMetadata, type StreamMetadata } from './stream-metadata.js';
import { isMetastream, metastreamOf, originalOf } from './stream-name.js';

/** Some of a stream's visible events, and the revision at which to go on, if there may be more. */
export type StreamPage =
  | { readonly type: 'Page'; readonly records: readonly LogRecord[]; readonly next: number | undefined }
  | { readonly type: 'NotFound' }
  | { readonly type: 'Deleted' };

/** Reads what is durable and visible of streams. */
export class StreamReader {
  constructor(
    private readonly log: EventLog,
    private readonly metadata: MetadataCache,
  ) {}

  /** Up to `max` records from `revision` on, inclusive in both directions. */
  async page(stream: string, revision: number, direction: Direction, max: number): Promise<StreamPage> {
    if (await this.isTombstoned(stream)) return { type: 'Deleted' };
    const last = this.lastRevision(stream);
    if (last === -1) return { type: 'NotFound' };
    const metadata = await this.#durableMetadata(stream);
    if (metadata.softDeleted) return { type: 'NotFound' };
    const first = firstVisibleRevision(metadata, last);
    return direction === 'forwards'
      ? this.#forwards(stream, Math.max(revision, first), last, metadata, max)
      : this.#backwards(stream, Math.min(revision, last), first, metadata, max);
  }

  /** The newest durable revision; -1 if there is none. */
  lastRevision(stream: string): number {
    let { lastRevision } = this.log.head(stream);
    while (lastRevision >= 0 && !this.#isDurable(stream, lastRevision)) lastRevision--;
    return lastRevision;
  }

  async isTombstoned(stream: string): Promise<boolean> {
    if (!this.#seemsTombstoned(stream)) return false;
    await this.log.settled().catch(() => undefined);
    return this.#seemsTombstoned(stream);
  }

  #seemsTombstoned(stream: string): boolean {
    return this.log.head(stream).tombstoned || (isMetastream(stream) && this.log.head(originalOf(stream)).tombstoned);
  }

  #isDurable(stream: string, revision: number): boolean {
    const position = this.log.positionOf(stream, revision);
    return position !== undefined && position < this.log.durableEnd;
  }

  /** `next` leaps over what is invisible, so that a page may be empty and yet not the last one. */
  async #forwards(
    stream: string,
    revision: number,
    last: number,
    metadata: StreamMetadata,
    max: number,
  ): Promise<StreamPage> {
    if (revision > last) return { type: 'Page', records: [], next: undefined };
    const stored = await this.log.readStream(stream, revision, 'forwards', max);
    const end = stored.at(-1)?.revision ?? last;
    const now = nowTicks();
    const records = stored.filter(({ createdTicks }) => !isExpired(metadata, createdTicks, now));
    return { type: 'Page', records, next: end < last ? end + 1 : undefined };
  }

  async #backwards(
    stream: string,
    revision: number,
    first: number,
    metadata: StreamMetadata,
    max: number,
  ): Promise<StreamPage> {
    if (revision < first) return { type: 'Page', records: [], next: undefined };
    const stored = await this.log.readStream(stream, revision, 'backwards', max);
    const now = nowTicks();
    const hidden = stored.findIndex(
      ({ revision: at, createdTicks }) => at < first || isExpired(metadata, createdTicks, now),
    );
    const records = hidden === -1 ? stored : stored.slice(0, hidden);
    const next = (stored.at(-1)?.revision ?? 0) - 1;
    return { type: 'Page', records, next: hidden === -1 && next >= first ? next : undefined };
  }

  async #durableMetadata(stream: string): Promise<StreamMetadata> {
    const metastream = metastreamOf(stream);
    const newest = this.log.head(metastream).lastRevision;
    const isPending = newest >= 0 && !this.#isDurable(metastream, newest) && !isMetastream(stream);
    if (!isPending) return this.metadata.peek(stream) ?? this.metadata.load(stream);
    const [record] = await this.log.readStream(metastream, newest, 'backwards', 1);
    return record === undefined ? noMetadata : parseMetadata(record);
  }
}
