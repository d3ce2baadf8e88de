const bytesPerEntry = 28;

interface Seen {
  readonly stream: string;
  readonly revision: number;
}

/**
 * The ids of the newest events, so that a repeated append with expected version `any` is recognised. Bounded by
 * memory: an id is forgotten, oldest first, once newer ones need its place.
 */
export class RecentIds {
  readonly #seen = new Map<string, Seen>();
  readonly #capacity: number;
  #size = 0;

  constructor(capacityBytes = 8 * 1024 * 1024) {
    this.#capacity = capacityBytes;
  }

  revisionOf(id: Uint8Array, stream: string): number | undefined {
    const seen = this.#seen.get(keyOf(id));
    return seen?.stream === stream ? seen.revision : undefined;
  }

  remember(id: Uint8Array, stream: string, revision: number): void {
    const key = keyOf(id);
    this.#drop(key);
    this.#seen.set(key, { stream, revision });
    this.#size += bytesPerEntry + stream.length;
    for (const oldest of this.#seen.keys()) {
      if (this.#size <= this.#capacity) break;
      this.#drop(oldest);
    }
  }

  /** Forgets an id whose append was not kept, unless it has been stored elsewhere since. */
  forget(id: Uint8Array, stream: string, revision: number): void {
    const key = keyOf(id);
    const seen = this.#seen.get(key);
    if (seen?.stream === stream && seen.revision === revision) this.#drop(key);
  }

  #drop(key: string): void {
    const seen = this.#seen.get(key);
    if (seen === undefined) return;
    this.#seen.delete(key);
    this.#size -= bytesPerEntry + seen.stream.length;
  }
}

function keyOf(id: Uint8Array): string {
  return Buffer.from(id.buffer, id.byteOffset, id.byteLength).toString('latin1');
}
