import { status, type handleBidiStreamingCall } from '@grpc/grpc-js';
import { LogBroken, LogFull } from '../log/event-log.js';
import { appendSize, type ProposedEvent } from '../streams/proposed-event.js';
import { allStream } from '../streams/stream-name.js';
import {
  readBatchAppendRequest,
  writeBatchAppendResponse,
  type BatchAppendAnswer,
  type BatchAppendRequest,
} from '../wire/batch-append.js';
import { InvalidRequest, MissingMetadataProperty } from '../wire/invalid-request.js';
import { MalformedMessage } from '../wire/proto-reader.js';
import type { WriteOptions } from '../wire/write-options.js';
import { cancelledByServer, type CallError } from './call-error.js';
import type { Node } from './node.js';
import { Outbox } from './outbox.js';

const longestWaitMs = 10_000;
const mostUnfinished = 1000;
const answersRemembered = 4096;
const mostBytesUnderWay = 32 * 1024 * 1024;

/** A write whose last message has not come yet. */
interface Unfinished extends WriteOptions {
  readonly events: ProposedEvent[];
  readonly timer: NodeJS.Timeout | undefined;
  bytes: number;
}

/** Streams.BatchAppend: many writes over one call, told apart by their correlation ids. */
export function batchAppend(node: Node): handleBidiStreamingCall<Buffer, Buffer> {
  return (call) => {
    const batch = new Batch(node, new Outbox(call), {
      pause: () => call.pause(),
      resume: () => call.resume(),
    });
    call.on('data', (message: Buffer) => batch.receive(message));
    call.on('end', () => batch.finish());
    call.on('error', () => batch.finish());
  };
}

class Batch {
  readonly #unfinished = new Map<string, Unfinished>();
  readonly #underWay = new Set<string>();
  /** The official client dies of a second answer to one write: a write that is sent twice must not get one. */
  readonly #answered = new Set<string>();
  readonly #done: () => void;
  #bytes = 0;
  #answers: Buffer[] = [];
  #isAnswerWaiting = false;
  #finalStatus: { readonly error: CallError | undefined } | undefined;

  constructor(
    private readonly node: Node,
    private readonly outbox: Outbox,
    private readonly source: { pause(): void; resume(): void },
  ) {
    this.#done = node.openCall(() => this.#endWhenAnswered(cancelledByServer()));
    outbox.signal.addEventListener('abort', () => this.#clear());
  }

  receive(message: Buffer): void {
    if (this.#finalStatus !== undefined) return;
    try {
      this.#handle(readBatchAppendRequest(message, Date.now()));
    } catch (failure) {
      this.#endWhenAnswered(this.node.errorOf(failure));
    }
  }

  /** The client has nothing more to say: what it has said is answered, then the call ends. */
  finish(): void {
    this.#endWhenAnswered(undefined);
  }

  #handle(request: BatchAppendRequest): void {
    const { key, correlation } = request;
    if (key === undefined) throw new InvalidRequest('The correlation id is missing or not a UUID.');
    if (this.#underWay.has(key) || this.#answered.has(key)) return;
    let stream = '';
    try {
      if (request.hasOptions) {
        const options = request.options();
        stream = options.stream;
        if (stream === allStream) return this.#refuse(key, correlation, stream, { type: 'AccessDenied' });
        const waitMs = Math.min(longestWaitMs, (options.deadlineMs ?? Infinity) - Date.now());
        if (waitMs <= 0) return this.#refuse(key, correlation, stream, { type: 'Timeout' });
        if (this.#unfinished.has(key)) throw new InvalidRequest('The options of a write come once.');
        if (this.#unfinished.size >= mostUnfinished)
          return this.#refuse(key, correlation, stream, {
            type: 'Other',
            code: status.INTERNAL,
            message: 'Server Is Busy',
          });
        this.#open(request, key, options, waitMs);
      }
      const write = this.#unfinished.get(key);
      if (write === undefined) return;
      stream = write.stream;
      for (const event of request.events()) this.#add(write, event);
      if (write.bytes > this.node.maxAppendBytes) {
        const maxBytes = this.node.maxAppendBytes;
        return this.#refuse(key, correlation, stream, { type: 'MaximumAppendSizeExceeded', maxBytes });
      }
      if (request.isFinal) this.#write(key, correlation, write);
    } catch (failure) {
      if (!isBadRequest(failure)) throw failure;
      this.#refuse(key, correlation, stream, { type: 'BadRequest', message: failure.message });
    }
  }

  #open(request: BatchAppendRequest, key: string, { stream, expected }: WriteOptions, waitMs: number): void {
    const timeOut = (): void => this.#refuse(key, request.correlation, stream, { type: 'Timeout' });
    const timer = request.isFinal ? undefined : setTimeout(timeOut, waitMs);
    this.#unfinished.set(key, { stream, expected, events: [], timer, bytes: 0 });
  }

  #add(write: Unfinished, event: ProposedEvent): void {
    const bytes = appendSize(event);
    write.bytes += bytes;
    this.#bytes += bytes;
    write.events.push(event);
  }

  #write(key: string, correlation: Buffer, write: Unfinished): void {
    const { stream, expected, events } = write;
    clearTimeout(write.timer);
    this.#unfinished.delete(key);
    this.#underWay.add(key);
    this.#regulate();
    this.node.writer
      .append(stream, expected, events)
      .then(
        (outcome): BatchAppendAnswer => (outcome.type === 'WrongExpectedVersion' ? { ...outcome, expected } : outcome),
        (failure: unknown) => this.#answerTo(failure),
      )
      .then((answer) => {
        this.#underWay.delete(key);
        this.#release(write.bytes);
        this.#answer(key, correlation, stream, answer);
        if (this.#finalStatus !== undefined) this.#endIfAnswered();
      })
      .catch((bug: unknown) => this.#endWhenAnswered(this.node.errorOf(bug)));
  }

  #answerTo(failure: unknown): BatchAppendAnswer {
    const { code, details } = this.node.errorOf(failure);
    if (failure instanceof LogFull || failure instanceof LogBroken) return { type: 'Other', code, message: details };
    return { type: 'Other', code: status.INTERNAL, message: details };
  }

  #refuse(key: string, correlation: Buffer, stream: string, answer: BatchAppendAnswer): void {
    const write = this.#unfinished.get(key);
    clearTimeout(write?.timer);
    this.#unfinished.delete(key);
    this.#release(write?.bytes ?? 0);
    this.#answer(key, correlation, stream, answer);
  }

  #release(bytes: number): void {
    this.#bytes -= bytes;
    this.#regulate();
  }

  #answer(key: string, correlation: Buffer, stream: string, answer: BatchAppendAnswer): void {
    this.#answered.add(key);
    for (const oldest of this.#answered) {
      if (this.#answered.size <= answersRemembered) break;
      this.#answered.delete(oldest);
    }
    if (this.#answers.push(writeBatchAppendResponse(correlation, stream, answer)) === 1)
      process.nextTick(() => this.#flush());
  }

  /** The answers to writes that became durable together go out together. */
  #flush(): void {
    const full = this.outbox.writeAll(this.#answers);
    this.#answers = [];
    if (full === undefined || this.#isAnswerWaiting) return;
    this.#isAnswerWaiting = true;
    this.#regulate();
    void full.then(() => {
      this.#isAnswerWaiting = false;
      this.#regulate();
    });
  }

  /** A writer that outruns the disk, or does not read its answers, is not listened to for a while. */
  #regulate(): void {
    if (this.#isAnswerWaiting || this.#bytes > mostBytesUnderWay) this.source.pause();
    else this.source.resume();
  }

  #endWhenAnswered(error: CallError | undefined): void {
    if (this.#finalStatus !== undefined) return;
    this.#finalStatus = { error };
    this.#endIfAnswered();
  }

  #endIfAnswered(): void {
    if (this.#underWay.size > 0) return;
    this.#flush();
    this.outbox.end(this.#finalStatus?.error);
    this.#clear();
  }

  #clear(): void {
    this.#done();
    for (const { timer } of this.#unfinished.values()) clearTimeout(timer);
    this.#unfinished.clear();
  }
}

function isBadRequest(failure: unknown): failure is Error {
  return (
    failure instanceof InvalidRequest ||
    failure instanceof MissingMetadataProperty ||
    failure instanceof MalformedMessage
  );
}
