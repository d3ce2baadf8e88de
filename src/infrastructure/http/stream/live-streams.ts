import { Readable } from 'node:stream';
import { Inject, Injectable, Optional, type OnModuleDestroy } from '@nestjs/common';
import type { Clock } from '../../../application/ports/clock.js';
import type { EventStore, Position } from '../../../application/ports/event-store.js';
import { CLOCK, EVENT_STORE } from '../../../application/ports/tokens.js';
import { AsOfAhead } from '../../../application/queries/view-answer.js';
import { failure } from '../problems.js';
import { followLog, type Wanted } from './follow-log.js';
import { LiveLog } from './live-log.js';
import { STREAM_PACE, usualPace, type StreamPace } from './pace.js';
import { PlayerOfEvent } from './player-of-event.js';

const lastWordsMs = 250;

/** Every client of the live stream of this process, and the one subscription to the log that they share. */
@Injectable()
export class LiveStreams implements OnModuleDestroy {
  readonly #players: PlayerOfEvent;
  readonly #clients = new Set<Promise<void>>();
  readonly #closing = new AbortController();
  #log: Promise<LiveLog> | undefined;
  #taken = 0;

  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(CLOCK) private readonly clock: Clock,
    @Optional() @Inject(STREAM_PACE) private readonly pace: StreamPace = usualPace,
  ) {
    this.#players = new PlayerOfEvent(store);
  }

  get clients(): number {
    return this.#taken;
  }

  /**
   * The log as text of an event stream, from after a position on, or from now on. It is made only as fast as it is
   * taken: whoever takes nothing for too long is cut.
   * @throws ProblemError 503 when there are too many clients, or the process ends
   * @throws AsOfAhead for a position the log has not reached; StoreUnavailable
   */
  async open(wanted: Wanted & { readonly after?: Position | undefined }): Promise<Readable> {
    const { after } = wanted;
    if (this.#closing.signal.aborted) throw failure('NotReady', 'The process is ending.', { retryAfterMs: 1_000 });
    if (this.#taken >= this.pace.mostClients) {
      throw failure('TooManyStreams', `${this.pace.mostClients} clients follow the log.`, { retryAfterMs: 5_000 });
    }
    this.#taken += 1;
    try {
      const log = await (this.#log ??= LiveLog.open(this.store, this.pace.kept));
      if (after !== undefined && after > log.reached) {
        const head = await this.store.headPosition();
        if (after > head) throw new AsOfAhead(`The log is at ${head}; ${after} was asked for`);
      }
      return this.#serve(log, wanted, after ?? log.reached);
    } catch (error) {
      await this.#left();
      throw error;
    }
  }

  /** Tells every client that it ends, and ends it. */
  async onModuleDestroy(): Promise<void> {
    this.#closing.abort();
    const enough = new AbortController();
    await Promise.race([Promise.all(this.#clients), this.clock.sleep(lastWordsMs, enough.signal)]);
    enough.abort();
    await this.#close();
  }

  #serve(log: LiveLog, wanted: Wanted, from: Position): Readable {
    const left = new AbortController();
    const { store, clock, pace } = this;
    const texts = followLog({
      ...{ log, store, clock, pace, wanted, from },
      players: this.#players,
      closing: this.#closing.signal,
      left: left.signal,
      onStalled: () => stream.destroy(),
    });
    const stream = textStream(texts, () => left.abort());
    const gone = new Promise<void>((resolve) => stream.once('close', resolve)).then(() => this.#left());
    this.#clients.add(gone);
    void gone.finally(() => this.#clients.delete(gone));
    return stream;
  }

  async #left(): Promise<void> {
    this.#taken -= 1;
    if (this.#taken === 0) await this.#close();
  }

  async #close(): Promise<void> {
    const log = this.#log;
    this.#log = undefined;
    await log?.then(
      (opened) => opened.close(),
      () => undefined,
    );
  }
}

/** Unlike `Readable.from`, it does not wait for a text that may never come when its reader goes away. */
function textStream(texts: AsyncGenerator<string>, onGone: () => void): Readable {
  return new Readable({
    read() {
      texts.next().then(
        ({ done, value }) => this.push(done === true ? null : value),
        (error: unknown) => this.destroy(error instanceof Error ? error : new Error(String(error))),
      );
    },
    destroy(error, done) {
      onGone();
      void texts.return(undefined);
      done(error);
    },
  });
}
