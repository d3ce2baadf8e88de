import type { ServerDuplexStream, ServerWritableStream } from '@grpc/grpc-js';
import { CallError } from './call-error.js';

type WritableCall = ServerWritableStream<Buffer, Buffer> | ServerDuplexStream<Buffer, Buffer>;

/** Writes the answers of one call no faster than its reader takes them, and ends it once. */
export class Outbox {
  readonly #ended = new AbortController();

  constructor(private readonly call: WritableCall) {
    call.on('cancelled', () => this.#ended.abort());
  }

  /** Aborted when the call has ended, by whom ever. */
  get signal(): AbortSignal {
    return this.#ended.signal;
  }

  /** Undefined if more can be written at once; else a promise to wait for, which the end of the call resolves too. */
  write(message: Buffer): Promise<void> | undefined {
    if (this.signal.aborted || this.call.write(message)) return undefined;
    return new Promise((resolve) => {
      const go = (): void => {
        this.call.off('drain', go);
        this.signal.removeEventListener('abort', go);
        resolve();
      };
      this.call.once('drain', go);
      this.signal.addEventListener('abort', go);
    });
  }

  end(error?: CallError): void {
    if (this.signal.aborted) return;
    this.#ended.abort();
    if (error === undefined) this.call.end();
    else this.call.emit('error', error);
  }
}
