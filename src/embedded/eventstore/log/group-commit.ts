import { join } from 'node:path';
import type { Disk, DiskFile } from './disk.js';
import { writeWhole } from './disk.js';
import { LogBroken, LogFull } from './event-log.js';
import { encodeFrameHeader, frameHeaderBytes } from './frame.js';
import type { Tail } from './log-tail.js';
import { createSegment, orBroken } from './segment-files.js';
import { segmentFileName, segmentHeaderBytes } from './segment-header.js';
import type { Segment } from './segment-header.js';

/** One append on its way to the disk. */
export interface Frame {
  readonly segment: Segment;
  readonly position: number;
  readonly count: number;
  /** Header and records; the header is filled in when the frame is written. */
  readonly bytes: Buffer;
}

/** Hears what became of the frames, in the order in which they were handed over. */
export interface CommitObserver {
  /** A new segment is ready; the frames that follow lie in it. */
  segmentCreated(segment: Segment): void;
  /** Just before `durable`: how long the sync took, and how many records shared it. */
  synced(ms: number, records: number): void;
  durable(frames: number, end: number): void;
  /**
   * Every frame that was handed over and is not durable is lost. After LogFull the next ones may succeed; after
   * LogBroken there must be no next one.
   */
  lost(reason: LogFull | LogBroken): void;
}

const maxWriteBytes = 4 << 20;
// What may pass, and has left nothing behind that cutting the file back does not remove.
const noRoomCodes = new Set(['ENOSPC', 'EDQUOT', 'EFBIG', 'EMFILE', 'ENFILE']);

/**
 * The one writer of the log. Everything that is handed over while a write and its sync are under way goes out with the
 * next write and shares its sync, so that the cost of a sync is divided among all who wait for it.
 */
export class GroupCommit {
  #queue: Frame[] = [];
  #running: Promise<void> | undefined;
  #file: DiskFile | undefined;
  #segment: Segment | undefined;
  #end: number;

  /** @param tail undefined for a log without segments */
  constructor(
    private readonly disk: Disk,
    private readonly directory: string,
    tail: Tail | undefined,
    private readonly observer: CommitObserver,
  ) {
    this.#segment = tail?.segment;
    this.#end = tail?.end ?? 0;
  }

  add(frame: Frame): void {
    this.#queue.push(frame);
    this.#running ??= this.#run();
  }

  /** Resolves once nothing is under way, whatever became of it. */
  async idle(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  async close(): Promise<void> {
    await this.idle();
    await this.#file?.close();
    this.#file = undefined;
  }

  async #run(): Promise<void> {
    // One turn of the microtask queue, so that appends of the same tick share the first write.
    await Promise.resolve();
    while (this.#queue.length > 0) {
      const group = this.#nextGroup();
      try {
        await this.#write(group);
      } catch (error) {
        const reason = await this.#retreat(error);
        this.#queue = [];
        this.observer.lost(reason);
        continue;
      }
      this.#queue.splice(0, group.length);
      const last = group.at(-1)!;
      this.#end = last.position + last.bytes.length;
      this.observer.durable(group.length, this.#end);
    }
    this.#running = undefined;
  }

  /** What goes out with one write: as much of the queue as lies in one segment. */
  #nextGroup(): Frame[] {
    const { segment } = this.#queue[0]!;
    let bytes = 0;
    let count = 0;
    for (const frame of this.#queue) {
      bytes += frame.bytes.length;
      if (frame.segment !== segment || (count > 0 && bytes > maxWriteBytes)) break;
      count += 1;
    }
    return this.#queue.slice(0, count);
  }

  async #write(group: readonly Frame[]): Promise<void> {
    const { segment, position } = group[0]!;
    const file = await this.#fileOf(segment);
    for (const { bytes, count, position: at } of group) {
      const bodyBytes = bytes.length - frameHeaderBytes;
      encodeFrameHeader({ bodyBytes, count, position: at, synced: this.#end }, bytes, segment.salt);
    }
    const bytes = group.length === 1 ? group[0]!.bytes : Buffer.concat(group.map((frame) => frame.bytes));
    await writeWhole(file, bytes, position - segment.base);
    const began = performance.now();
    await orBroken(file.sync());
    const records = group.reduce((sum, { count }) => sum + count, 0);
    this.observer.synced(performance.now() - began, records);
  }

  // A segment is begun only when all before it is synced, so that only the newest one can have a torn end.
  async #fileOf(segment: Segment): Promise<DiskFile> {
    if (segment !== this.#segment) {
      const file = await createSegment(this.disk, this.directory, segment);
      await this.#file?.close();
      this.#file = file;
      this.#segment = segment;
      this.#end = segment.base + segmentHeaderBytes;
      this.observer.segmentCreated(segment);
    }
    this.#file ??= await this.disk.open(join(this.directory, segmentFileName(segment.base)), 'write');
    return this.#file;
  }

  /** Takes back what a failed write may have left. A sync that failed is never tried again: it could lie. */
  async #retreat(error: unknown): Promise<LogFull | LogBroken> {
    if (error instanceof LogBroken) return error;
    const cause = error as NodeJS.ErrnoException;
    try {
      if (!noRoomCodes.has(cause.code ?? '')) throw cause;
      if (this.#file !== undefined && this.#segment !== undefined) {
        await this.#file.truncate(this.#end - this.#segment.base);
        await this.#file.sync();
      }
      return new LogFull(
        `There is no room for the event log to grow (${cause.code}); nothing of this append was kept.`,
        { cause },
      );
    } catch (failure) {
      return new LogBroken(`The event log cannot be written (${String(failure)}).`, { cause: failure });
    }
  }
}
