import type { Aggregate } from '../domain/kernel/decider.js';
import type { DomainEvent } from './events/catalogue.js';
import { decodeEvent } from './events/event-codec.js';
import type { EventStore, RecordedEvent } from './ports/event-store.js';

export interface Loaded<State> {
  readonly state: State;
  /** Undefined: the stream has no event yet. */
  readonly revision: bigint | undefined;
  readonly position: bigint;
  readonly sinceChapter: number;
  /** Read from the log for this very question, not remembered. */
  readonly fresh: boolean;
}

const streamsRemembered = 10_000;
const firstPage = 16;
const nextPages = 128;

/**
 * Folded streams. What is remembered is only a cache: every append names the revision it was folded from, so a stale
 * memory costs a second look and can never decide anything.
 */
export class History {
  readonly #remembered = new Map<string, Loaded<unknown>>();

  constructor(private readonly store: EventStore) {}

  /** Remembered if possible, else read. */
  async recent<State, Event extends DomainEvent>(
    aggregate: Aggregate<State, Event>,
    stream: string,
  ): Promise<Loaded<State>> {
    const remembered = this.#remembered.get(stream) as Loaded<State> | undefined;
    return remembered ?? this.fresh(aggregate, stream);
  }

  /** As the log has it now. */
  async fresh<State, Event extends DomainEvent>(
    aggregate: Aggregate<State, Event>,
    stream: string,
  ): Promise<Loaded<State>> {
    const remembered = this.#remembered.get(stream) as Loaded<State> | undefined;
    const chapter = await this.#newestChapter<Event>(aggregate, stream, remembered?.revision);
    const base = chapter.reachedKnown && remembered ? remembered : undefined;
    return this.#remember(stream, foldedOnto(aggregate, base, chapter.events));
  }

  /** What the log said before the command with this name was carried out; undefined if it never was. */
  async before<State, Event extends DomainEvent>(
    aggregate: Aggregate<State, Event>,
    stream: string,
    commandId: string,
  ): Promise<{ readonly state: State; readonly decidedAtMs: number } | undefined> {
    const newest = await this.#newestChapter<Event>(aggregate, stream);
    let events = newest.events;
    if (!events.some(({ recorded }) => recorded.metadata.commandId === commandId)) return undefined;
    const first = events[0];
    if (first && first.recorded.metadata.commandId === commandId && first.recorded.revision > 0n) {
      const earlier = await this.#chapterEndingAt<Event>(aggregate, stream, first.recorded.revision - 1n);
      events = [...earlier, ...events];
    }
    const its = events.findIndex(({ recorded }) => recorded.metadata.commandId === commandId);
    const own = events[its];
    if (!own) return undefined;
    const { state } = foldedOnto(aggregate, undefined, events.slice(0, its));
    return { state, decidedAtMs: own.event.atMs };
  }

  /** Takes what was just appended into the memory. */
  wrote<State, Event extends DomainEvent>(
    aggregate: Aggregate<State, Event>,
    stream: string,
    before: Loaded<State>,
    events: readonly Event[],
    { revision, position }: { readonly revision: bigint; readonly position: bigint },
  ): Loaded<State> {
    const after = events.reduce(
      (loaded, event) => ({
        state: aggregate.evolve(loaded.state, event),
        sinceChapter: aggregate.opensChapter(event) ? 0 : loaded.sinceChapter + 1,
      }),
      { state: before.state, sinceChapter: before.sinceChapter },
    );
    return this.#remember(stream, { ...after, revision, position, fresh: true });
  }

  async #newestChapter<Event extends DomainEvent>(
    aggregate: Pick<Aggregate<unknown, Event>, 'opensChapter'>,
    stream: string,
    known?: bigint,
  ): Promise<{ readonly events: readonly Read<Event>[]; readonly reachedKnown: boolean }> {
    const newestFirst: Read<Event>[] = [];
    let from: bigint | undefined;
    for (;;) {
      const page = await this.store.readBackwards(stream, {
        ...(from === undefined ? {} : { from }),
        max: known !== undefined && from === undefined ? 4 : newestFirst.length === 0 ? firstPage : nextPages,
      });
      for (const recorded of page) {
        if (recorded.revision === known) return { events: newestFirst.reverse(), reachedKnown: true };
        const event = decodeEvent(recorded) as Event;
        newestFirst.push({ recorded, event });
        if (aggregate.opensChapter(event)) return { events: newestFirst.reverse(), reachedKnown: false };
      }
      const oldest = page.at(-1);
      if (!oldest || oldest.revision === 0n) return { events: newestFirst.reverse(), reachedKnown: false };
      from = oldest.revision - 1n;
    }
  }

  async #chapterEndingAt<Event extends DomainEvent>(
    { opensChapter }: Pick<Aggregate<unknown, Event>, 'opensChapter'>,
    stream: string,
    last: bigint,
  ): Promise<readonly Read<Event>[]> {
    const newestFirst: Read<Event>[] = [];
    for (let from = last; ;) {
      const page = await this.store.readBackwards(stream, { from, max: nextPages });
      for (const recorded of page) {
        const event = decodeEvent(recorded) as Event;
        newestFirst.push({ recorded, event });
        if (opensChapter(event)) return newestFirst.reverse();
      }
      const oldest = page.at(-1);
      if (!oldest || oldest.revision === 0n) return newestFirst.reverse();
      from = oldest.revision - 1n;
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

function foldedOnto<State, Event>(
  aggregate: Aggregate<State, Event>,
  base: Loaded<State> | undefined,
  events: readonly Read<Event>[],
): Loaded<State> {
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
