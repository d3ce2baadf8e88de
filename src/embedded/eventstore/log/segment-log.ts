import { resolve as absolute } from 'node:path';
import { localDisk } from './disk.js';
import type { Disk } from './disk.js';
import type { DirectoryLock } from './directory-lock.js';
import type { Direction, EventLog, LogFull, LogRecord, NewRecord, StreamHead } from './event-log.js';
import { LogBroken } from './event-log.js';
import { encodeFrame, frameBytes } from './frame.js';
import { GroupCommit } from './group-commit.js';
import { Listeners } from './listeners.js';
import type { LogIndex } from './log-index.js';
import { LogTail } from './log-tail.js';
import { unwatched, type LogWatch } from './log-watch.js';
import { detached } from './record.js';
import { RecentRecords } from './recent-records.js';
import { RecordReader } from './record-reader.js';
import { recover } from './recovery.js';
import type { Recovered } from './recovery.js';
import { LogDamaged, LogUnusable } from './refusals.js';
import { SegmentFiles } from './segment-files.js';
import { segmentHeaderBytes } from './segment-header.js';
import type { Segment } from './segment-header.js';

export interface SegmentLogOptions {
  /** Made if it is missing. It must be on a local file system, and belongs to one log at a time. */
  readonly dataDir: string;
  /** A segment grows to this many bytes, or to one append that is larger. 32 MiB unless told. */
  readonly segmentBytes?: number;
  /** Memory for the records used last. 16 MiB unless told. */
  readonly cacheBytes?: number;
  /** Segment files kept open for reading. 64 unless told. */
  readonly maxOpenFiles?: number;
  /** The machine's disk unless told. */
  readonly disk?: Disk;
  readonly watch?: LogWatch;
}

/**
 * Opens the log in a directory, or begins one.
 *
 * Throws LogLocked if somebody has it open, LogDamaged or LogTooNew if it cannot be read as it was written, LogUnusable
 * if the directory cannot be read and written.
 */
export async function openSegmentLog(options: SegmentLogOptions): Promise<EventLog> {
  const dataDir = absolute(options.dataDir);
  const disk = options.disk ?? localDisk;
  let lock: DirectoryLock | undefined;
  try {
    await disk.makeDirectory(dataDir);
    lock = await disk.lock(dataDir);
    const began = performance.now();
    const found = await recover(disk, dataDir);
    options.watch?.recovered(performance.now() - began, found.truncatedBytes);
    return new SegmentLog({ ...options, dataDir, disk }, found, lock);
  } catch (error) {
    await lock?.release();
    const fromDisk = (error as NodeJS.ErrnoException).code !== undefined;
    throw fromDisk ? new LogUnusable(dataDir, error) : error;
  }
}

/** An append that is not durable yet. */
class PendingAppend {
  resolve!: (positions: readonly number[]) => void;
  reject!: (reason: Error) => void;
  readonly outcome = new Promise<readonly number[]>((resolve, reject) => {
    this.resolve = resolve;
    this.reject = reject;
  });

  constructor(readonly records: readonly LogRecord[]) {}
}

class SegmentLog implements EventLog {
  readonly recovered: { readonly truncatedBytes: number };
  readonly #index: LogIndex;
  readonly #segments: Segment[];
  readonly #tail: LogTail;
  readonly #files: SegmentFiles;
  readonly #reader: RecordReader;
  readonly #recent: RecentRecords;
  readonly #writer: GroupCommit;
  readonly #watch: LogWatch;
  readonly #onDurable = new Listeners<readonly LogRecord[]>();
  readonly #onBroken = new Listeners<LogBroken>();
  #pending: PendingAppend[] = [];
  #pendingRecords: LogRecord[] = [];
  #durableCount: number;
  #durableEnd: number;
  #endsClosed: boolean;
  #broken: LogBroken | undefined;
  #closing: Promise<void> | undefined;

  constructor(
    options: SegmentLogOptions & { readonly disk: Disk },
    found: Recovered,
    private readonly lock: DirectoryLock,
  ) {
    const { disk, dataDir, segmentBytes = 32 << 20, cacheBytes = 16 << 20, maxOpenFiles = 64 } = options;
    this.recovered = { truncatedBytes: found.truncatedBytes };
    this.#watch = options.watch ?? unwatched;
    this.#index = found.index;
    this.#segments = found.segments;
    this.#tail = new LogTail(segmentBytes, found.tail);
    this.#files = new SegmentFiles(disk, dataDir, maxOpenFiles);
    this.#reader = new RecordReader(found.index, found.segments, this.#files);
    this.#recent = new RecentRecords(cacheBytes);
    this.#durableCount = found.index.count;
    this.#durableEnd = found.tail?.end ?? 0;
    this.#endsClosed = found.closed;
    this.#writer = new GroupCommit(disk, dataDir, found.tail, {
      segmentCreated: (segment) => this.#segmentCreated(segment),
      synced: (ms, records) => this.#watch.synced(ms, records),
      durable: (frames, end) => this.#durable(frames, end),
      lost: (reason) => this.#lost(reason),
    });
  }

  get durableEnd(): number {
    return this.#durableEnd;
  }

  get lastPosition(): number {
    return this.#durableCount === 0 ? 0 : this.#index.position(this.#durableCount - 1);
  }

  async append(records: readonly NewRecord[]): Promise<readonly number[]> {
    this.#assertOpen();
    if (this.#broken !== undefined) throw this.#broken;
    if (records.length === 0) return [];
    this.#index.assertFollows(records);
    this.#endsClosed = false;
    return this.#hand(records);
  }

  async settled(): Promise<void> {
    this.#assertOpen();
    if (this.#broken !== undefined) throw this.#broken;
    await this.#pending.at(-1)?.outcome;
  }

  head(stream: string): StreamHead {
    return this.#index.head(stream);
  }

  positionOf(stream: string, revision: number): number | undefined {
    return this.#index.positionOf(stream, revision);
  }

  async read(position: number): Promise<LogRecord> {
    this.#assertOpen();
    const ordinal = this.#index.ordinalAt(position);
    return this.#pendingRecords[ordinal - this.#durableCount] ?? (await this.#loadHot([ordinal]))[0]!;
  }

  async readStream(stream: string, revision: number, direction: Direction, max: number): Promise<LogRecord[]> {
    this.#assertOpen();
    const ordinals = this.#index.ordinalsOf(stream, revision, direction, max, this.#durableCount);
    if (direction === 'forwards') return this.#loadHot(ordinals);
    return (await this.#loadHot(ordinals.reverse())).reverse();
  }

  async readAll(position: number, direction: Direction, max: number): Promise<LogRecord[]> {
    this.#assertOpen();
    const visible = this.#durableCount;
    const from = Math.min(this.#index.ordinalAtOrAfter(position), visible);
    if (direction === 'forwards') return this.#load(range(from, Math.min(from + max, visible)));
    const to = (await this.#endsBefore(from, position)) ? from : from - 1;
    return (await this.#load(range(Math.max(0, to - max), to))).reverse();
  }

  onDurable(listener: (records: readonly LogRecord[]) => void): () => void {
    return this.#onDurable.add(listener);
  }

  onBroken(listener: (reason: LogBroken) => void): () => void {
    if (this.#broken !== undefined) listener(this.#broken);
    return this.#onBroken.add(listener);
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  #hand(records: readonly NewRecord[]): Promise<readonly number[]> {
    const length = frameBytes(records);
    const { segment, position } = this.#tail.place(length);
    const { bytes, placed } = encodeFrame(records, length, position, segment.salt);
    this.#tail.advance(segment, position + length);
    for (const record of placed) {
      this.#index.add(record.stream, record.tombstone, record.position);
      this.#pendingRecords.push(record);
    }
    const append = new PendingAppend(placed);
    this.#pending.push(append);
    this.#writer.add({ segment, position, count: placed.length, bytes });
    return append.outcome;
  }

  #segmentCreated(segment: Segment): void {
    this.#segments.push(segment);
    this.#durableEnd = segment.base + segmentHeaderBytes;
  }

  #durable(frames: number, end: number): void {
    const appends = this.#pending.splice(0, frames);
    const records = appends.flatMap((append) => append.records);
    this.#pendingRecords.splice(0, records.length);
    for (const [at, record] of records.entries()) this.#recent.put(this.#durableCount + at, record);
    this.#durableCount += records.length;
    this.#durableEnd = end;
    if (records.length > 0) this.#onDurable.tell(records);
    for (const append of appends) append.resolve(append.records.map(({ position }) => position));
  }

  #lost(reason: LogFull | LogBroken): void {
    const appends = this.#pending;
    this.#index.removeNewest(this.#pendingRecords);
    this.#pending = [];
    this.#pendingRecords = [];
    const newest = this.#segments.at(-1);
    this.#tail.reset(newest && { segment: newest, end: this.#durableEnd });
    if (reason instanceof LogBroken) {
      this.#broken = reason;
      this.#onBroken.tell(reason);
    }
    for (const append of appends) append.reject(reason);
  }

  /** Records by rising ordinals; those that had to be read from the disk are remembered. */
  async #loadHot(ordinals: readonly number[]): Promise<LogRecord[]> {
    return this.#load(ordinals, (ordinal, record) => this.#recent.put(ordinal, detached(record)));
  }

  /** Records by rising ordinals. */
  async #load(
    ordinals: readonly number[],
    loaded?: (ordinal: number, record: LogRecord) => void,
  ): Promise<LogRecord[]> {
    const records = ordinals.map((ordinal) => this.#recent.get(ordinal));
    const missing = ordinals.filter((_, at) => records[at] === undefined);
    const read = (await this.#readFromDisk(missing)).values();
    return records.map((record, at) => {
      if (record !== undefined) return record;
      const fresh = read.next().value!;
      loaded?.(ordinals[at]!, fresh);
      return fresh;
    });
  }

  async #readFromDisk(ordinals: readonly number[]): Promise<LogRecord[]> {
    try {
      return await this.#reader.load(ordinals, this.#durableEnd);
    } catch (error) {
      if (error instanceof LogDamaged) this.#watch.damaged();
      throw error;
    }
  }

  /** Whether the record before this ordinal, the last one that begins before `position`, ends there too. */
  async #endsBefore(ordinal: number, position: number): Promise<boolean> {
    if (ordinal === 0) return true;
    const next = ordinal < this.#durableCount ? this.#index.position(ordinal) : this.#durableEnd;
    return position >= next || (await this.#load([ordinal - 1]))[0]!.end <= position;
  }

  async #close(): Promise<void> {
    await this.#writer.idle();
    if (!this.#endsClosed && this.#broken === undefined) await this.#hand([]).catch(() => undefined);
    await this.#writer.close();
    await this.#files.close();
    await this.lock.release();
  }

  #assertOpen(): void {
    if (this.#closing !== undefined) throw new Error('The log is closed.');
  }
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, at) => from + at);
}
