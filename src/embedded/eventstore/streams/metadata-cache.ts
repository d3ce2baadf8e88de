import type { EventLog } from '../log/event-log.js';
import { impliedMetadata, noMetadata, parseMetadata, type StreamMetadata } from './stream-metadata.js';
import { metastreamOf } from './stream-name.js';

interface Entry {
  /** Where the metadata record lies. Positions are never reused, so an entry that names the newest one is right. */
  readonly position: number;
  readonly metadata: StreamMetadata;
}

/** The metadata of streams as their newest metadata records say, kept for the streams last asked for. */
export class MetadataCache {
  readonly #entries = new Map<string, Entry>();
  readonly #loading = new Map<string, Promise<StreamMetadata>>();

  constructor(
    private readonly log: EventLog,
    private readonly capacity = 20_000,
  ) {}

  /** The metadata, durable or not yet; undefined if it must be `load`ed first. */
  peek(stream: string): StreamMetadata | undefined {
    const implied = impliedMetadata(stream);
    if (implied !== undefined) return implied;
    const position = this.#newest(stream);
    if (position === undefined) return noMetadata;
    const entry = this.#entries.get(stream);
    return entry?.position === position ? entry.metadata : undefined;
  }

  /** Callers waiting for one stream go on in the order in which they came. */
  load(stream: string): Promise<StreamMetadata> {
    const running = this.#loading.get(stream);
    if (running !== undefined) return running;
    const loading = this.#read(stream).finally(() => this.#loading.delete(stream));
    this.#loading.set(stream, loading);
    return loading;
  }

  async #read(stream: string): Promise<StreamMetadata> {
    const position = this.#newest(stream);
    if (position === undefined) return noMetadata;
    const metadata = parseMetadata(await this.log.read(position));
    this.#entries.delete(stream);
    this.#entries.set(stream, { position, metadata });
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.capacity) break;
      this.#entries.delete(oldest);
    }
    return metadata;
  }

  #newest(stream: string): number | undefined {
    const metastream = metastreamOf(stream);
    const { lastRevision } = this.log.head(metastream);
    return lastRevision === -1 ? undefined : this.log.positionOf(metastream, lastRevision);
  }
}
