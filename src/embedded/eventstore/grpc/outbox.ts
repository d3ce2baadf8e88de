import type { ServerDuplexStream, ServerWritableStream } from '@grpc/grpc-js';
import type { CallError } from './call-error.js';
import { MessagesInOneWrite } from './messages-in-one-write.js';

type WritableCall = ServerWritableStream<Buffer, Buffer> | ServerDuplexStream<Buffer, Buffer>;

/** Writes the answers of one call no faster than its reader takes them, and ends it once. */
export class Outbox {
  readonly #ended = new AbortController();
  #drained: Promise<void> | undefined;
  #onDrained: (() => void) | undefined;

  constructor(private readonly call: WritableCall) {
    const release = (): void => {
      this.#drained = undefined;
      this.#onDrained?.();
    };
    call.on('drain', release);
    call.on('cancelled', () => this.#ended.abort());
    this.signal.addEventListener('abort', release);
  }

  /** Aborted when the call has ended, by whom ever. */
  get signal(): AbortSignal {
    return this.#ended.signal;
  }

  /** Undefined if more can be written at once; else a promise to wait for, which the end of the call resolves too. */
  write(message: Buffer): Promise<void> | undefined {
    if (this.signal.aborted || this.call.write(message)) return undefined;
    return (this.#drained ??= new Promise((resolve) => (this.#onDrained = resolve)));
  }

  /** As `write`, and much cheaper for many small messages. */
  writeAll(messages: readonly Buffer[]): Promise<void> | undefined {
    const [only] = messages;
    if (only === undefined) return undefined;
    return this.write(messages.length === 1 ? only : new MessagesInOneWrite(messages).asBuffer());
  }

  end(error?: CallError): void {
    if (this.signal.aborted) return;
    this.#ended.abort();
    if (error === undefined) this.call.end();
    else this.call.emit('error', error);
  }
}
