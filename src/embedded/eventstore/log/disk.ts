import * as fs from 'node:fs';
import { dirname } from 'node:path';
import { lockDirectory } from './directory-lock.js';
import type { DirectoryLock } from './directory-lock.js';

/** One open file. Positions are byte offsets in it. */
export interface DiskFile {
  /** Reads into the whole of `into`, or less: the number of bytes read, 0 only at the end of the file. */
  read(into: Buffer, position: number): Promise<number>;
  /** Writes all of `bytes`, or less: the number of bytes written. */
  write(bytes: Buffer, position: number): Promise<number>;
  /** Resolves once everything written, and the file's length, would survive a loss of power. */
  sync(): Promise<void>;
  truncate(length: number): Promise<void>;
  size(): Promise<number>;
  close(): Promise<void>;
}

/** The file system as the log needs it: the seam where tests put a disk that fails. */
export interface Disk {
  /** Makes the directory, durably, with its parents. */
  makeDirectory(path: string): Promise<void>;
  /** Takes an existing directory for one log alone, or throws LogLocked. */
  lock(directory: string): Promise<DirectoryLock>;
  /** Names in a directory, in no order. */
  list(directory: string): Promise<string[]>;
  /** `create` makes a new empty file, or empties an existing one. */
  open(path: string, how: 'read' | 'write' | 'create'): Promise<DiskFile>;
  rename(from: string, to: string): Promise<void>;
  /** Removes a file; one that is not there is as good. */
  remove(path: string): Promise<void>;
  /** Resolves once the names in the directory would survive a loss of power. */
  syncDirectory(path: string): Promise<void>;
}

const flags = { read: 'r', write: 'r+', create: 'w+' } as const;

// The callback API: its promise twin costs several times as much per call, and every append makes two.
class OpenFile implements DiskFile {
  constructor(private readonly fd: number) {}

  read(into: Buffer, position: number): Promise<number> {
    return new Promise((resolve, reject) =>
      fs.read(this.fd, into, 0, into.length, position, (error, count) => (error ? reject(error) : resolve(count))),
    );
  }

  write(bytes: Buffer, position: number): Promise<number> {
    return new Promise((resolve, reject) =>
      fs.write(this.fd, bytes, 0, bytes.length, position, (error, count) => (error ? reject(error) : resolve(count))),
    );
  }

  sync(): Promise<void> {
    return new Promise((resolve, reject) => fs.fdatasync(this.fd, (error) => (error ? reject(error) : resolve())));
  }

  truncate(length: number): Promise<void> {
    return new Promise((resolve, reject) =>
      fs.ftruncate(this.fd, length, (error) => (error ? reject(error) : resolve())),
    );
  }

  size(): Promise<number> {
    return new Promise((resolve, reject) =>
      fs.fstat(this.fd, (error, stat) => (error ? reject(error) : resolve(stat.size))),
    );
  }

  close(): Promise<void> {
    return new Promise((resolve, reject) => fs.close(this.fd, (error) => (error ? reject(error) : resolve())));
  }
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await fs.promises.open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** The disk of this machine. */
export const localDisk: Disk = {
  async makeDirectory(path) {
    const first = await fs.promises.mkdir(path, { recursive: true });
    if (first === undefined) return;
    for (let made = path; ; made = dirname(made)) {
      await syncDirectory(dirname(made));
      if (made === first || made === dirname(made)) return;
    }
  },
  lock: lockDirectory,
  list: (directory) => fs.promises.readdir(directory),
  open: (path, how) =>
    new Promise((resolve, reject) =>
      fs.open(path, flags[how], 0o600, (error, fd) => (error ? reject(error) : resolve(new OpenFile(fd)))),
    ),
  rename: (from, to) => fs.promises.rename(from, to),
  remove: (path) => fs.promises.rm(path, { force: true }),
  syncDirectory,
};

/** Writes all of `bytes`, however many calls that takes. */
export async function writeWhole(file: DiskFile, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const count = await file.write(done === 0 ? bytes : bytes.subarray(done), position + done);
    if (count <= 0) throw new Error(`The disk took none of ${bytes.length - done} bytes.`);
    done += count;
  }
}

/** Fills `into`, or as much of it as the file has: the number of bytes read. */
export async function readWhole(file: DiskFile, into: Buffer, position: number): Promise<number> {
  let done = 0;
  while (done < into.length) {
    const count = await file.read(done === 0 ? into : into.subarray(done), position + done);
    if (count === 0) break;
    done += count;
  }
  return done;
}
