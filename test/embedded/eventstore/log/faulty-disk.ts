import type { Disk, DiskFile } from '../../../../src/embedded/eventstore/log/disk.js';

/** Any disk, with room for so many bytes more and syncs that can be made to fail. */
export class FaultyDisk implements Disk {
  /** Bytes that can still be written; what goes beyond is written in part first, as a real disk does. */
  room = Infinity;
  /** Thrown by the next syncs, files and directories alike. */
  failSync: Error | undefined;
  /** Thrown by the next writes. */
  failWrite: Error | undefined;
  /** Thrown by the next truncations. */
  failTruncate: Error | undefined;
  /** Longest write that is done in one call. */
  longestWrite = Infinity;
  syncs = 0;

  constructor(private readonly disk: Disk) {}

  makeDirectory = (path: string) => this.disk.makeDirectory(path);
  lock = (directory: string) => this.disk.lock(directory);
  list = (directory: string) => this.disk.list(directory);
  rename = (from: string, to: string) => this.disk.rename(from, to);
  remove = (path: string) => this.disk.remove(path);

  async syncDirectory(path: string): Promise<void> {
    this.#sync();
    return this.disk.syncDirectory(path);
  }

  async open(path: string, how: 'read' | 'write' | 'create'): Promise<DiskFile> {
    const file = await this.disk.open(path, how);
    return {
      read: (into, position) => file.read(into, position),
      write: async (bytes, position) => {
        if (this.failWrite !== undefined) throw this.failWrite;
        const count = Math.min(bytes.length, this.room, this.longestWrite);
        if (count === 0) throw anError('ENOSPC');
        this.room -= count;
        return file.write(bytes.subarray(0, count), position);
      },
      sync: async () => {
        this.#sync();
        return file.sync();
      },
      truncate: async (length) => {
        if (this.failTruncate !== undefined) throw this.failTruncate;
        return file.truncate(length);
      },
      size: () => file.size(),
      close: () => file.close(),
    };
  }

  #sync(): void {
    this.syncs += 1;
    if (this.failSync !== undefined) throw this.failSync;
  }
}

export function anError(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: injected`), { code });
}
