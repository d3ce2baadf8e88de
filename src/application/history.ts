import type { Aggregate } from '../domain/kernel/decider.js';
import type { DomainEvent } from './events/catalogue.js';
import { decodeEvent } from './events/event-codec.js';
import { LogTime } from './log-time.js';
import type { Clock } from './ports/clock.js';
import type { EventStore, RecordedEvent } from './ports/event-store.js';

export interface Loaded<State> {
  readonly state: State;
  /** Undefined: the stream has no event yet. */
  readonly revision: bigint | undefined;
  readonly position: bigint;
  readonly sinceChapter: number;
  /** Read from the log for this very question, not remembered. */
  readonly fresh: boolean;
  readonly newest: Newest;
  /** By this process's monotonic clock, when it was asked for or written: it was so at that moment or later. Milliseconds. */
  readonly asOfMs: number;
}

type Folded<State> = Omit<Loaded<State>, 'newest' | 'asOfMs'>;

/** When the newest event of a stream was written, as far as it is known here. */
interface Newest {
  /** By the log's clock; undefined where it was written here and never read. */
  readonly createdMs: number | undefined;
  /** By this process's monotonic clock, when it first knew of it. Milliseconds. */
  readonly knownSinceMs: number;
}

export interface Earlier<State> {
  readonly before: State;
  readonly after: State;
  /** Undefined: the command began the stream. */
  readonly revisionBefore: bigint | undefined;
  readonly decidedAtMs: number;
  /** Of the newest event that the stream has by now. */
  readonly position: bigint;
}

const streamsRemembered = 10_000;
const firstPage = 16;
const nextPages = 128;
/** A repeat is looked for in so many chapters, and in `firstPage` events at least. */
const chaptersSearched = 2;

/**
 * Folded streams. What is remembered is only a cache: every append names the revision it was folded from, so a stale
 * memory costs a second look and can never decide anything. What is only told may be told from it (`lately`).
 */
export class History {
  readonly #remembered = new Map<string, Loaded<unknown>>();
  readonly #logTime: LogTime;

  constructor(
    private readonly store: EventStore,
    private readonly clock: Pick<Clock, 'monotonicMs'>,
  ) {
    this.#logTime = new LogTime(clock);
  }

  /** Milliseconds since the newest event was written: so many at least, whatever any machine's wall clock shows. */
  unchangedForMs({ newest: { createdMs, knownSinceMs } }: Loaded<unknown>): number {
    const knownForMs = this.clock.monotonicMs() - knownSinceMs;
    return createdMs === undefined ? knownForMs : Math.max(knownForMs, this.#logTime.sinceWritten(createdMs));
  }

  /** Remembered if possible, else read. */
  async recent<State, Event extends DomainEvent>(
    aggregate: Aggregate<State, Event>,
    stream: string,
  ): Promise<Loaded<State>> {
    const remembered = this.#remembered.get(stream) as Loaded<State> | undefined;
    return remembered ?? this.fresh(aggregate, stream);
  }

  /** As it was no longer ago than this. */
  async lately<State, Event extends DomainEvent>(
    ageMs: number,
    aggregate: Aggregate<State, Event>,
    stream: string,
  ): Promise<Loaded<State>> {
    const remembered = this.#remembered.get(stream) as Loaded<State> | undefined;
    const isYoung = remembered && this.clock.monotonicMs() - remembered.asOfMs <= ageMs;
    return isYoung ? remembered : this.fresh(aggregate, stream);
  }

  /** As the log has it now. What is remembered needs only the news, and mostly there is none. */
  async fresh<State, Event extends DomainEvent>(
    aggregate: Aggregate<State, Event>,
    stream: string,
  ): Promise<Loaded<State>> {
    const remembered = this.#remembered.get(stream) as Loaded<State> | undefined;
    if (remembered?.revision === undefined) return this.anew(aggregate, stream);
    const asOfMs = this.clock.monotonicMs();
    const news = await this.#newsAfter<Event>(stream, remembered.revision);
    if (!news) return this.anew(aggregate, stream);
    const newest = news.length > 0 ? this.#newestOf(news) : remembered.newest;
    return this.#remember(stream, { ...foldedOnto(aggregate, remembered, news), newest, asOfMs });
  }

  /** As the log has it now, read as by one who has never seen the stream. */
  async anew<State, Event extends DomainEvent>(
    aggregate: Aggregate<State, Event>,
    stream: string,
  ): Promise<Loaded<State>> {
    const asOfMs = this.clock.monotonicMs();
    const events = await this.#newestChapter<Event>(aggregate, stream);
    return this.#remember(stream, {
      ...foldedOnto(aggregate, undefined, events),
      newest: this.#newestOf(events),
      asOfMs,
    });
  }

  /** What the log said when this command was carried out; undefined if it was not, as far as is looked. */
  async earlier<State, Event extends DomainEvent>(
    aggregate: Aggregate<State, Event>,
    stream: string,
    commandId: string,
  ): Promise<Earlier<State> | undefined> {
    const newestFirst: Read<Event>[] = [];
    let passedOver = 0;
    let chapters = 0;
    let position = 0n;
    for await (const recorded of this.#newestFirst(stream)) {
      const isOwn = recorded.metadata.commandId === commandId;
      const event = decodeEvent(recorded) as Event;
      if (recorded.position > position) position = recorded.position;
      if (isOwn || newestFirst.length > 0) {
        newestFirst.push({ recorded, event });
        if (!isOwn && aggregate.opensChapter(event)) break;
      } else {
        passedOver += 1;
        if (aggregate.opensChapter(event)) chapters += 1;
        if (passedOver >= firstPage && chapters >= chaptersSearched) return undefined;
      }
    }
    return asItWas(aggregate, newestFirst, commandId, position);
  }

  /** Takes what was just appended into the memory. */
  wrote<State, Event extends DomainEvent>(
    aggregate: Aggregate<State, Event>,
    stream: string,
    before: Loaded<State>,
    events: readonly Event[],
    { revision, position, asOfMs }: Pick<Loaded<State>, 'position' | 'asOfMs'> & { readonly revision: bigint },
  ): Loaded<State> {
    const after = events.reduce(
      (loaded, event) => ({
        state: aggregate.evolve(loaded.state, event),
        sinceChapter: aggregate.opensChapter(event) ? 0 : loaded.sinceChapter + 1,
      }),
      { state: before.state, sinceChapter: before.sinceChapter },
    );
    const newest = { createdMs: undefined, knownSinceMs: this.clock.monotonicMs() };
    return this.#remember(stream, { ...after, revision, position, fresh: true, newest, asOfMs });
  }

  /** Oldest first; undefined where they do not follow on, or are so many that reading from the end is the shorter way. */
  async #newsAfter<Event>(stream: string, known: bigint): Promise<readonly Read<Event>[] | undefined> {
    const page = await this.store.readForwards(stream, { from: known + 1n, max: firstPage });
    for (const recorded of page) this.#logTime.heard(recorded);
    const followsOn = (page[0]?.revision ?? known + 1n) === known + 1n;
    return followsOn && page.length < firstPage ? page.map(read<Event>) : undefined;
  }

  async #newestChapter<Event extends DomainEvent>(
    aggregate: Pick<Aggregate<unknown, Event>, 'opensChapter'>,
    stream: string,
  ): Promise<readonly Read<Event>[]> {
    const newestFirst: Read<Event>[] = [];
    for await (const recorded of this.#newestFirst(stream)) {
      const one = read<Event>(recorded);
      newestFirst.push(one);
      if (aggregate.opensChapter(one.event)) break;
    }
    return newestFirst.reverse();
  }

  #newestOf(events: readonly Read<unknown>[]): Newest {
    return { createdMs: events.at(-1)?.recorded.createdMs, knownSinceMs: this.clock.monotonicMs() };
  }

  /** The whole stream from its end backwards, read a page at a time as far as it is asked for. */
  async *#newestFirst(stream: string): AsyncGenerator<RecordedEvent, void, undefined> {
    let page = await this.store.readBackwards(stream, { max: firstPage });
    for (;;) {
      for (const recorded of page) this.#logTime.heard(recorded);
      yield* page;
      const oldest = page.at(-1);
      if (!oldest || oldest.revision === 0n) return;
      page = await this.store.readBackwards(stream, { from: oldest.revision - 1n, max: nextPages });
    }
  }

  #remember<State>(stream: string, loaded: Loaded<State>): Loaded<State> {
    this.#remembered.delete(stream);
    this.#remembered.set(stream, { ...loaded, fresh: false });
    if (this.#remembered.size > streamsRemembered) {
      for (const oldest of this.#remembered.keys()) {
        this.#remembered.delete(oldest);
        break;
      }
    }
    return loaded;
  }
}

interface Read<Event> {
  readonly recorded: RecordedEvent;
  readonly event: Event;
}

function read<Event>(recorded: RecordedEvent): Read<Event> {
  return { recorded, event: decodeEvent(recorded) as Event };
}

function foldedOnto<State, Event>(
  aggregate: Aggregate<State, Event>,
  base: Folded<State> | undefined,
  events: readonly Read<Event>[],
): Folded<State> {
  let state = base?.state ?? aggregate.initial;
  let sinceChapter = base?.sinceChapter ?? 0;
  for (const { event } of events) {
    state = aggregate.evolve(state, event);
    sinceChapter = aggregate.opensChapter(event) ? 0 : sinceChapter + 1;
  }
  const newest = events.at(-1)?.recorded;
  return {
    state,
    sinceChapter,
    revision: newest?.revision ?? base?.revision,
    position: newest?.position ?? base?.position ?? 0n,
    fresh: true,
  };
}

function asItWas<State, Event extends DomainEvent>(
  aggregate: Aggregate<State, Event>,
  newestFirst: readonly Read<Event>[],
  commandId: string,
  position: bigint,
): Earlier<State> | undefined {
  const events = newestFirst.toReversed();
  const first = events.findIndex(({ recorded }) => recorded.metadata.commandId === commandId);
  const own = events[first];
  if (!own) return undefined;
  const before = foldedOnto(aggregate, undefined, events.slice(0, first));
  const after = foldedOnto(aggregate, before, events.slice(first));
  return {
    before: before.state,
    after: after.state,
    revisionBefore: before.revision,
    decidedAtMs: own.event.atMs,
    position,
  };
}
