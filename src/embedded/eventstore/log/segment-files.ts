import { join } from 'node:path';
import { LogBroken } from './event-log.js';
import type { Disk, DiskFile } from './disk.js';
import { readWhole, writeWhole } from './disk.js';
import { encodeSegmentHeader, segmentFileName } from './segment-header.js';
import type { Segment } from './segment-header.js';

interface OpenFile {
  readonly file: Promise<DiskFile>;
  readers: number;
}

/** Ends a segment's making; found at opening, it is what a crash left of one that nothing was written to yet. */
export const newSuffix = '.new';

/**
 * Makes the next segment file. It gets its name only when its header is on disk, so a named segment always has one.
 * Throws what the disk says, or LogBroken for a failed sync.
 */
export async function createSegment(disk: Disk, directory: string, segment: Segment): Promise<DiskFile> {
  const path = join(directory, segmentFileName(segment.base));
  const file = await disk.open(path + newSuffix, 'create');
  try {
    await writeWhole(file, encodeSegmentHeader(segment), 0);
    await orBroken(file.sync());
    await disk.rename(path + newSuffix, path);
    await orBroken(disk.syncDirectory(directory));
    return file;
  } catch (error) {
    await file.close();
    await disk.remove(path + newSuffix).catch(() => undefined);
    throw error;
  }
}

/** The outcome of a sync, with its failure as LogBroken. */
export async function orBroken(synced: Promise<void>): Promise<void> {
  try {
    await synced;
  } catch (cause) {
    throw new LogBroken(`The disk failed to sync (${String(cause)}), so what it holds is unknown.`, { cause });
  }
}

/** Reads segments by position; keeps only so many files open, however many segments there are. */
export class SegmentFiles {
  readonly #open = new Map<number, OpenFile>();
  readonly #reads = new Set<Promise<unknown>>();
  #closed = false;

  constructor(
    private readonly disk: Disk,
    private readonly directory: string,
    private readonly maxOpen: number,
  ) {}

  /** The bytes from `position` to `end`, which lie in one segment. */
  async read(segment: Segment, position: number, end: number): Promise<Buffer> {
    if (this.#closed) throw new Error('The log is closed.');
    const read = this.#read(segment, position, end);
    this.#reads.add(read);
    try {
      return await read;
    } finally {
      this.#reads.delete(read);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#reads);
    const files = [...this.#open.values()];
    this.#open.clear();
    await Promise.all(files.map(async ({ file }) => (await file).close()));
  }

  async #read(segment: Segment, position: number, end: number): Promise<Buffer> {
    const open = this.#take(segment.base);
    try {
      const bytes = Buffer.allocUnsafe(end - position);
      const count = await readWhole(await open.file, bytes, position - segment.base);
      if (count < bytes.length) throw new Error(`Segment ${segment.base} ends before position ${end}.`);
      return bytes;
    } finally {
      open.readers -= 1;
      this.#closeSpare();
    }
  }

  #take(base: number): OpenFile {
    const open = this.#open.get(base) ?? { file: this.#openFile(base), readers: 0 };
    this.#open.delete(base);
    this.#open.set(base, open);
    open.readers += 1;
    return open;
  }

  #openFile(base: number): Promise<DiskFile> {
    const file = this.disk.open(join(this.directory, segmentFileName(base)), 'read');
    file.catch(() => this.#open.delete(base));
    return file;
  }

  #closeSpare(): void {
    for (const [base, { file, readers }] of this.#open) {
      if (this.#open.size <= this.maxOpen) return;
      if (readers > 0) continue;
      this.#open.delete(base);
      void file.then((opened) => opened.close());
    }
  }
}
