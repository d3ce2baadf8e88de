import type { ServerDuplexStream, ServerWritableStream } from '@grpc/grpc-js';
import type { CallError } from './call-error.js';
import { MessagesInOneWrite } from './messages-in-one-write.js';

type WritableCall = ServerWritableStream<Buffer, Buffer> | ServerDuplexStream<Buffer, Buffer>;

/** Why the signal was given: nobody reads it, and an error made for every call costs more than a short read. */
const callIsOver = Symbol('the call is over');

/** Writes the answers of one call no faster than its reader takes them, and ends it once. */
export class Outbox {
  #isOver = false;
  #controller: AbortController | undefined;
  #drained: Promise<void> | undefined;
  #onDrained: (() => void) | undefined;

  constructor(private readonly call: WritableCall) {
    call.on('drain', () => this.#release());
    call.on('cancelled', () => this.#finish());
  }

  /** The call has ended, by whom ever. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Aborted when the call is over. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#isOver) this.#controller.abort(callIsOver);
    return this.#controller.signal;
  }

  /** Undefined if more can be written at once; else a promise to wait for, which the end of the call resolves too. */
  write(message: Buffer): Promise<void> | undefined {
    if (this.#isOver || this.call.write(message)) return undefined;
    return (this.#drained ??= new Promise((resolve) => (this.#onDrained = resolve)));
  }

  /** As `write`, and much cheaper for many small messages. */
  writeAll(messages: readonly Buffer[]): Promise<void> | undefined {
    const [only] = messages;
    if (only === undefined) return undefined;
    return this.write(messages.length === 1 ? only : new MessagesInOneWrite(messages).asBuffer());
  }

  end(error?: CallError): void {
    if (this.#isOver) return;
    this.#finish();
    if (error === undefined) this.call.end();
    else this.call.emit('error', error);
  }

  #finish(): void {
    this.#isOver = true;
    this.#release();
    this.#controller?.abort(callIsOver);
  }

  #release(): void {
    this.#drained = undefined;
    this.#onDrained?.();
  }
}
