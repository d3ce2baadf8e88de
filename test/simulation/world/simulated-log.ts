import {
  OutcomeUnknown,
  StoreUnavailable,
  type AppendResult,
  type EventStore,
  type ExpectedRevision,
  type NewEvent,
  type RecordedEvent,
  type Subscription,
  type SubscriptionOptions,
} from '../../../src/application/ports/event-store.js';
import type { Life } from './life.js';

/** The one log. An append is whole and durable at the moment it lands; what it takes to get there is the caller's fate. */
export class SimulatedLog {
  readonly events: RecordedEvent[] = [];
  /** What some process was told to be in the log: id by position. */
  readonly acknowledged: { readonly position: bigint; readonly id: string }[] = [];
  readonly #streams = new Map<string, RecordedEvent[]>();
  readonly #listeners: ((events: readonly RecordedEvent[]) => void)[] = [];

  constructor(private readonly nowMs: () => number) {}

  /** Told at once of everything that is written, in order. */
  onWritten(listener: (events: readonly RecordedEvent[]) => void): void {
    this.#listeners.push(listener);
  }

  append(stream: string, expected: ExpectedRevision, events: readonly NewEvent[]): AppendResult {
    const known = this.#streams.get(stream) ?? [];
    const first = expected === 'none' ? 0 : Number(expected) + 1;
    if (first > known.length) return { type: 'Conflict' };
    if (first < known.length) {
      const there = known.slice(first, first + events.length);
      const isRepeat = there.length === events.length && there.every(({ id }, i) => id === events[i]?.id);
      return isRepeat ? appended(there) : { type: 'Conflict' };
    }
    const createdMs = this.nowMs();
    const written = events.map((event, i): RecordedEvent => {
      const position = BigInt(this.events.length + 1 + i);
      return { ...event, stream, revision: BigInt(first + i), position, createdMs };
    });
    this.events.push(...written);
    known.push(...written);
    this.#streams.set(stream, known);
    for (const listener of this.#listeners) listener(written);
    return appended(written);
  }

  of(stream: string): readonly RecordedEvent[] {
    return this.#streams.get(stream) ?? [];
  }

  /** Only a store that answers before it keeps can come to this: everything after the first so many events is gone. */
  lose(after: number): void {
    for (const { stream } of this.events.splice(after)) this.#streams.get(stream)?.pop();
  }
}

function appended(events: readonly RecordedEvent[]): AppendResult {
  const last = events.at(-1);
  if (!last) throw new RangeError('an append needs at least one event');
  return { type: 'Appended', revision: last.revision, position: last.position };
}

const withinMs = 2_000;

/** The log as one process reaches it. */
export class LogReached implements EventStore {
  constructor(
    private readonly life: Life,
    private readonly log: SimulatedLog,
    private readonly lagMs: () => number,
  ) {}

  async append(stream: string, expected: ExpectedRevision, events: readonly NewEvent[]): Promise<AppendResult> {
    const [first] = events;
    const what = `append ${stream} ${events.map(({ type }) => type).join('+')}`;
    const result = await this.life.call('log', what, () => this.log.append(stream, expected, events), {
      withinMs,
      away: unavailable,
      unknown: () => new OutcomeUnknown(first?.metadata.commandId ?? ''),
    });
    const id = events.at(-1)?.id;
    if (result.type === 'Appended' && id !== undefined) this.log.acknowledged.push({ position: result.position, id });
    return result;
  }

  readBackwards(stream: string, { from, max }: { readonly from?: bigint; readonly max: number }) {
    return this.#read(`read ${stream}`, () => {
      const events = this.log.of(stream);
      const newest = from === undefined ? events.length : Math.min(events.length, Number(from) + 1);
      return events.slice(Math.max(0, newest - max), newest).reverse();
    });
  }

  readForwards(stream: string, { from = 0n, max }: { readonly from?: bigint; readonly max: number }) {
    return this.#read(`read ${stream}`, () => this.log.of(stream).slice(Number(from), Number(from) + max));
  }

  readAll(): never {
    throw new Error('no process of the simulation reads the whole log');
  }

  readAllBackwards(): never {
    throw new Error('no process of the simulation reads the whole log');
  }

  headPosition(): Promise<bigint> {
    return this.#read('head', () => BigInt(this.log.events.length));
  }

  subscribe(options: SubscriptionOptions): Subscription {
    return new Delivery(this.life, this.log, options, this.lagMs);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #read<T>(what: string, serve: () => T): Promise<T> {
    return this.life.call('log', what, serve, { withinMs, away: unavailable, unknown: unavailable });
  }
}

function unavailable(): Error {
  return new StoreUnavailable('the log does not answer');
}

/** Hands on what is written, in order, one batch after the other, each a little late. */
class Delivery implements Subscription {
  alive = true;
  #reached: number;
  #isUnderWay = false;

  constructor(
    private readonly life: Life,
    private readonly log: SimulatedLog,
    private readonly options: SubscriptionOptions,
    private readonly lagMs: () => number,
  ) {
    const { from } = options;
    this.#reached = from === 'start' ? 0 : from === 'end' ? log.events.length : Number(from);
    log.onWritten(() => this.#wake());
    this.#wake();
  }

  get position(): bigint {
    return BigInt(this.#reached);
  }

  stop(): Promise<void> {
    this.alive = false;
    return Promise.resolve();
  }

  #wake(): void {
    if (this.#isUnderWay || !this.alive || this.life.isDead || this.#reached >= this.log.events.length) return;
    this.#isUnderWay = true;
    this.life.after(this.lagMs(), `${this.life.name} hears`, () => void this.#deliver());
  }

  async #deliver(): Promise<void> {
    if (!this.alive) return;
    const { streamPrefixes, onBatch, onFailed } = this.options;
    const events = this.log.events
      .slice(this.#reached)
      .filter(({ stream }) => streamPrefixes.some((prefix) => stream.startsWith(prefix)));
    this.#reached = this.log.events.length;
    try {
      if (events.length > 0) await onBatch(events, this.position);
    } catch (bug) {
      this.alive = false;
      onFailed(bug);
      return;
    }
    this.#isUnderWay = false;
    this.#wake();
  }
}
