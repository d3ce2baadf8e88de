import { open, readFile, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncDirectory } from './files.js';

export interface JournalOptions {
  /** Called between two writes: how the state may be kept, so that the lines before are not needed any more. */
  readonly snapshot: () => Promise<void>;
  /** Lines after which a snapshot is taken. */
  readonly snapshotEvery: number;
  /** Lines that the file holds already. */
  readonly lines: number;
  /** The disk failed; nothing is acknowledged from now on. */
  readonly onBroken: (error: Error) => void;
}

/**
 * Lines of JSON at the end of a file. What was appended while a write was under way goes to the disk with one fsync.
 * A line that was cut by a crash was never acknowledged.
 */
export class Journal {
  #pending: string[] = [];
  #flushing: Promise<void> | undefined;
  #sinceSnapshot: number;

  private constructor(
    readonly file: FileHandle,
    readonly options: JournalOptions,
  ) {
    this.#sinceSnapshot = options.lines;
  }

  static async open(path: string, options: JournalOptions): Promise<Journal> {
    const file = await open(path, 'a', 0o600);
    await syncDirectory(dirname(path));
    return new Journal(file, options);
  }

  append(line: unknown): void {
    this.#pending.push(`${JSON.stringify(line)}\n`);
    this.#flushing ??= this.#flush();
    this.#flushing.catch(() => undefined);
  }

  /** Everything appended so far is on the disk. Rejects when the disk failed. */
  settled(): Promise<void> {
    return this.#flushing ?? Promise.resolve();
  }

  async close(): Promise<void> {
    await this.settled().catch(() => undefined);
    await this.file.close();
  }

  async #flush(): Promise<void> {
    try {
      while (this.#pending.length > 0) {
        const lines = this.#pending.splice(0);
        await this.file.appendFile(lines.join(''));
        await this.file.datasync();
        this.#sinceSnapshot += lines.length;
        if (this.#sinceSnapshot >= this.options.snapshotEvery) await this.#cut();
      }
    } catch (error) {
      // Stays rejected for good: whoever waits must not be told that their change is kept.
      this.options.onBroken(error as Error);
      throw error;
    }
    this.#flushing = undefined;
  }

  async #cut(): Promise<void> {
    await this.options.snapshot();
    await this.file.truncate(0);
    this.#sinceSnapshot = 0;
  }
}

export interface Recovered {
  readonly lines: readonly string[];
  readonly truncatedBytes: number;
}

/** Reads what a journal holds and cuts an append that was interrupted. */
export async function recoverJournal(path: string): Promise<Recovered> {
  const text = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  });
  const end = text.lastIndexOf(10) + 1;
  const truncatedBytes = text.length - end;
  if (truncatedBytes > 0) {
    const file = await open(path, 'r+');
    await file.truncate(end);
    await file.datasync();
    await file.close();
  }
  return { lines: text.subarray(0, end).toString().split('\n').slice(0, -1), truncatedBytes };
}
