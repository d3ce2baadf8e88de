import type { EventStoreDBClient } from '@eventstore/db-client';
import { StoreUnavailable } from '../../application/ports/event-store.js';
import { isDeadlineExceeded } from './store-errors.js';
import type { UnaryClient } from './unary-client.js';

/** Nothing was heard within the deadline. */
export class DeadlinePassed extends Error {
  override readonly name = 'DeadlinePassed';
}

/** One client, for as long as somebody uses it. */
export interface Line {
  readonly client: EventStoreDBClient;
  /** Something came over it. */
  heard(): void;
  /** Nothing came within a deadline. If nothing else did either since `sinceMs`, new calls get another connection. */
  silent(sinceMs: number): void;
  release(): void;
}

interface Held {
  readonly unary: UnaryClient;
  uses: number;
  heardAtMs: number;
}

/**
 * The connection in use. A connection can swallow everything without ever failing; gRPC notices that only by pings, and
 * only while a call is open. So one that was silent for a whole deadline is left to the calls still on it.
 */
export class Connection {
  #current: Held | undefined;
  readonly #retired = new Set<Held>();
  #closed = false;

  constructor(private readonly connect: () => UnaryClient) {}

  line(): Line {
    if (this.#closed) throw new StoreUnavailable('the event store is closed');
    const held = (this.#current ??= { unary: this.connect(), uses: 0, heardAtMs: 0 });
    held.uses++;
    return {
      client: held.unary.client,
      heard: () => (held.heardAtMs = performance.now()),
      silent: (sinceMs) => {
        if (held.heardAtMs < sinceMs) this.#retire(held);
      },
      release: () => {
        if (--held.uses === 0 && this.#retired.delete(held)) void held.unary.close();
      },
    };
  }

  /** Runs one call; rejects with DeadlinePassed when it has not settled in time, whatever the client does. */
  async call<T>(deadlineMs: number, run: (client: EventStoreDBClient) => Promise<T>): Promise<T> {
    const line = this.line();
    const startedAtMs = performance.now();
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new DeadlinePassed(`no answer within ${deadlineMs} ms`)), deadlineMs);
    });
    try {
      const result = await Promise.race([run(line.client), deadline]);
      line.heard();
      return result;
    } catch (error) {
      if (error instanceof DeadlinePassed || isDeadlineExceeded(error)) line.silent(startedAtMs);
      throw error;
    } finally {
      clearTimeout(timer);
      line.release();
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    const all = [...this.#retired, ...(this.#current ? [this.#current] : [])];
    this.#retired.clear();
    await Promise.all(all.map(({ unary }) => unary.close()));
  }

  #retire(held: Held): void {
    if (this.#current !== held) return;
    this.#current = undefined;
    this.#retired.add(held);
  }
}
