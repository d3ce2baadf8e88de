import { basename } from 'node:path';
import type { Disk, DiskFile } from '../../../../src/embedded/eventstore/log/disk.js';

const sectorBytes = 512;

/** What a file holds now, and what it held when it was synced last. */
class Content {
  synced = Buffer.alloc(0);
  length = 0;
  #bytes = Buffer.alloc(0);

  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.length);
  }

  set bytes(bytes: Buffer) {
    this.#bytes = Buffer.from(bytes);
    this.length = bytes.length;
  }

  write(bytes: Buffer, position: number): void {
    const end = position + bytes.length;
    if (end > this.#bytes.length) {
      const larger = Buffer.alloc(end * 2);
      this.bytes.copy(larger);
      this.#bytes = larger;
    }
    this.#bytes.fill(0, this.length, Math.max(this.length, position));
    bytes.copy(this.#bytes, position);
    this.length = Math.max(this.length, end);
  }
}

/**
 * One directory in memory, as the log sees a disk. It knows what was synced, so it can lose the rest as a machine that
 * loses its power does.
 */
export class MemoryDisk implements Disk {
  #files = new Map<string, Content>();
  #syncedNames = new Map<string, Content>();

  /** Called before every write, sync and change of a name, with its name; may throw. */
  before: (operation: string) => void = () => undefined;

  /** The files as they are now, by name. */
  get files(): Map<string, Buffer> {
    return new Map([...this.#files].map(([name, content]) => [name, Buffer.from(content.bytes)]));
  }

  static holding(files: Iterable<readonly [string, Buffer]>): MemoryDisk {
    const disk = new MemoryDisk();
    for (const [name, bytes] of files) {
      const content = new Content();
      content.bytes = bytes;
      content.synced = Buffer.from(bytes);
      disk.#files.set(name, content);
    }
    disk.#syncedNames = new Map(disk.#files);
    return disk;
  }

  /**
   * What is left after a loss of power: of every file what was synced, and any of the sectors written since.
   * @param random numbers from 0 up to 1
   */
  afterPowerLoss(random: () => number): MemoryDisk {
    const names = random() < 0.5 ? this.#syncedNames : this.#files;
    return MemoryDisk.holding([...names].map(([name, content]) => [name, tear(content, random)] as const));
  }

  async makeDirectory(): Promise<void> {}

  async lock(): Promise<{ release(): Promise<void> }> {
    return { release: async () => undefined };
  }

  async list(): Promise<string[]> {
    return [...this.#files.keys()];
  }

  async open(path: string, how: 'read' | 'write' | 'create'): Promise<DiskFile> {
    const name = basename(path);
    if (how === 'create') {
      this.before('create');
      this.#files.set(name, new Content());
    }
    const content = this.#files.get(name);
    if (content === undefined) throw Object.assign(new Error(`ENOENT ${name}`), { code: 'ENOENT' });
    return {
      read: async (into, position) => content.bytes.copy(into, 0, position),
      write: async (bytes, position) => {
        this.before('write');
        content.write(bytes, position);
        return bytes.length;
      },
      sync: async () => {
        this.before('sync');
        content.synced = Buffer.from(content.bytes);
      },
      truncate: async (length) => {
        this.before('truncate');
        content.length = Math.min(content.length, length);
      },
      size: async () => content.length,
      close: async () => undefined,
    };
  }

  async rename(from: string, to: string): Promise<void> {
    this.before('rename');
    this.#files.set(basename(to), this.#files.get(basename(from))!);
    this.#files.delete(basename(from));
  }

  async remove(path: string): Promise<void> {
    this.#files.delete(basename(path));
  }

  async syncDirectory(): Promise<void> {
    this.before('syncDirectory');
    this.#syncedNames = new Map(this.#files);
  }
}

function tear({ synced, bytes }: Content, random: () => number): Buffer {
  if (synced.equals(bytes)) return bytes;
  const [shorter, longer] = [synced.length, bytes.length].toSorted((a, b) => a - b) as [number, number];
  const torn = Buffer.alloc(random() < 0.5 ? longer : shorter + Math.floor(random() * (longer - shorter + 1)));
  synced.copy(torn);
  for (let at = 0; at < torn.length; at += sectorBytes)
    if (random() < 0.5) bytes.copy(torn, at, at, Math.min(at + sectorBytes, torn.length));
  return torn;
}
