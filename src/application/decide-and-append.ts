import type { Aggregate, Decision } from '../domain/kernel/decider.js';
import type { CommandContext } from './command-context.js';
import type { DomainEvent } from './events/catalogue.js';
import { encodeEvent } from './events/event-codec.js';
import { History, type Loaded } from './history.js';
import type { EventStore } from './ports/event-store.js';
import type { Clock } from './ports/clock.js';
import type { Ids } from './ports/ids.js';

export interface DecisionRules {
  /** Events after which a long chapter is opened anew with a summary. */
  readonly chapterLength: number;
  /** How often a decision is taken again after somebody else wrote first. */
  readonly attempts: number;
}

export interface Decided<Outcome, State> {
  readonly outcome: Outcome;
  readonly state: State;
  /** Position of the newest event that the state reflects; 0 when the stream is empty. */
  readonly position: bigint;
}

/** So many others wrote to the stream that this command never came to its turn. Nothing was written. */
export class TooContended extends Error {
  override readonly name = 'TooContended';
  constructor(stream: string) {
    super(`stream ${stream} changed under every attempt to decide`);
  }
}

export interface Ask<State, Event extends DomainEvent, Outcome> {
  readonly aggregate: Aggregate<State, Event>;
  readonly stream: string;
  readonly context: CommandContext;
  readonly decide: (state: State, nowMs: number) => Decision<Outcome, Event>;
}

/**
 * Load, fold, decide, append at the revision that was folded, and decide again when somebody else was first.
 *
 * A command that may be a repeat is looked for in the stream: if it is there, it is answered as it was then, from the
 * state before it, and nothing is written.
 */
export class Decisions {
  readonly #history: History;

  constructor(
    private readonly store: EventStore,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly rules: DecisionRules,
  ) {
    this.#history = new History(store);
  }

  /** The state of one stream as the log has it now. */
  async load<State, Event extends DomainEvent>(
    aggregate: Aggregate<State, Event>,
    stream: string,
  ): Promise<Decided<undefined, State>> {
    const { state, position } = await this.#history.fresh(aggregate, stream);
    return { outcome: undefined, state, position };
  }

  /** The state that the first asking of this command met: as it is now, unless this is a repeat. */
  async before<State, Event extends DomainEvent>(
    aggregate: Aggregate<State, Event>,
    stream: string,
    context: CommandContext,
  ): Promise<Decided<undefined, State>> {
    const now = await this.load(aggregate, stream);
    if (!context.mayBeRepeat) return now;
    const before = await this.#history.before(aggregate, stream, context.commandId);
    return before ? { ...now, state: before.state } : now;
  }

  async decide<State, Event extends DomainEvent, Outcome>(
    ask: Ask<State, Event, Outcome>,
  ): Promise<Decided<Outcome, State>> {
    const { aggregate, stream, context } = ask;
    if (context.mayBeRepeat) {
      const before = await this.#history.before(aggregate, stream, context.commandId);
      if (before) return this.#answerAgain(ask, before);
    }
    let loaded = await this.#history.recent(aggregate, stream);
    for (let attempt = 1; attempt <= this.rules.attempts; attempt++) {
      const nowMs = this.clock.nowMs();
      const { outcome, events } = ask.decide(loaded.state, nowMs);
      if (events.length === 0) {
        if (loaded.fresh) return { outcome, state: loaded.state, position: loaded.position };
        loaded = await this.#history.fresh(aggregate, stream);
        continue;
      }
      const written = await this.#append(ask, loaded, events, nowMs);
      if (written) return { outcome, state: written.state, position: written.position };
      loaded = await this.#history.fresh(aggregate, stream);
    }
    throw new TooContended(stream);
  }

  async #answerAgain<State, Event extends DomainEvent, Outcome>(
    { aggregate, stream, decide }: Ask<State, Event, Outcome>,
    before: { readonly state: State; readonly decidedAtMs: number },
  ): Promise<Decided<Outcome, State>> {
    const { outcome } = decide(before.state, before.decidedAtMs);
    const { state, position } = await this.#history.fresh(aggregate, stream);
    return { outcome, state, position };
  }

  async #append<State, Event extends DomainEvent>(
    { aggregate, stream, context }: Ask<State, Event, unknown>,
    loaded: Loaded<State>,
    decided: readonly Event[],
    nowMs: number,
  ): Promise<Loaded<State> | undefined> {
    const events = this.#withChapter(aggregate, loaded, decided, nowMs);
    const result = await this.store.append(
      stream,
      loaded.revision ?? 'none',
      events.map((event, index) => {
        const { type, data, schemaVersion } = encodeEvent(event);
        const { commandId, correlationId, causationId, actor, via } = context;
        return {
          id: this.ids.derived(commandId, stream, String(index)),
          type,
          data,
          metadata: { commandId, $correlationId: correlationId, $causationId: causationId, actor, via, schemaVersion },
        };
      }),
    );
    if (result.type === 'Conflict') return undefined;
    return this.#history.wrote(aggregate, stream, loaded, events, result);
  }

  #withChapter<State, Event>(
    { evolve, opensChapter, chapterOf }: Aggregate<State, Event>,
    { state, sinceChapter }: Loaded<State>,
    events: readonly Event[],
    nowMs: number,
  ): readonly Event[] {
    if (sinceChapter + events.length <= this.rules.chapterLength || events.some(opensChapter)) return events;
    const chapter = chapterOf(events.reduce(evolve, state), nowMs);
    return chapter ? [...events, chapter] : events;
  }
}
