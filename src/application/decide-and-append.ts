import type { Aggregate, Decision } from '../domain/kernel/decider.js';
import { streamPrefix, type StreamCategory } from '../domain/streams.js';
import type { CommandContext } from './command-context.js';
import type { DomainEvent } from './events/catalogue.js';
import { encodeEvent } from './events/event-codec.js';
import { History, type Earlier, type Loaded } from './history.js';
import type { EventStore } from './ports/event-store.js';
import type { Clock } from './ports/clock.js';
import type { Ids } from './ports/ids.js';

export interface DecisionRules {
  /** Events after which a long chapter is opened anew with a summary. */
  readonly chapterLength: number;
  /** How often a decision is taken again after somebody else wrote first. */
  readonly attempts: number;
}

export interface Seen<State> {
  readonly state: State;
  /** Position of the newest event of the stream; 0 when it is empty. */
  readonly position: bigint;
}

export interface Glance<State> extends Seen<State> {
  /** Read from the log for this very question. */
  readonly fresh: boolean;
}

export interface Decided<Outcome, State> extends Seen<State> {
  readonly outcome: Outcome;
  /** True when the command had been carried out before: outcome and state are those of then. */
  readonly repeated: boolean;
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
  /** `revision` is that of the state: undefined where the stream has no event. */
  readonly decide: (state: State, nowMs: number, revision: bigint | undefined) => Decision<Outcome, Event>;
}

/**
 * Load, fold, decide, append at the revision that was folded, and decide again when somebody else was first.
 *
 * A command that may be a repeat is looked for in the stream: if it is there, it is answered as it was then, from the
 * state before it, and nothing is written.
 */
export class Decisions {
  readonly #history: History;
  readonly #written = new Map<string, bigint>();

  constructor(
    private readonly store: EventStore,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly rules: DecisionRules,
  ) {
    this.#history = new History(store, clock);
  }

  /** One stream as the log has it now. */
  current<State, Event extends DomainEvent>(aggregate: Aggregate<State, Event>, stream: string): Promise<Seen<State>> {
    return this.#history.fresh(aggregate, stream);
  }

  /** The same, read as by one who has never seen the stream: what this process wrote itself comes back with its stamp. */
  anew<State, Event extends DomainEvent>(aggregate: Aggregate<State, Event>, stream: string): Promise<Seen<State>> {
    return this.#history.anew(aggregate, stream);
  }

  /**
   * The same, and for how long it has been so. `unchangedForMs`: so many milliseconds at least, by the log's clock or by
   * what this process has seen itself; no other machine's wall clock has a say in it.
   */
  async withAge<State, Event extends DomainEvent>(
    aggregate: Aggregate<State, Event>,
    stream: string,
  ): Promise<Seen<State> & { readonly unchangedForMs: number }> {
    const loaded = await this.#history.fresh(aggregate, stream);
    return { ...loaded, unchangedForMs: this.#history.unchangedForMs(loaded) };
  }

  /** One stream as this process last saw it: for where to look, never for what to decide. */
  lastSeen<State, Event extends DomainEvent>(aggregate: Aggregate<State, Event>, stream: string): Promise<Seen<State>> {
    return this.#history.recent(aggregate, stream);
  }

  /** Position of the newest event that this process itself wrote to streams of that category; 0: none yet. */
  newestWrite(category: StreamCategory): bigint {
    return this.#written.get(streamPrefix(category)) ?? 0n;
  }

  /** One stream as it was at some moment no more than `ageMs` milliseconds ago. */
  lately<State, Event extends DomainEvent>(
    ageMs: number,
    aggregate: Aggregate<State, Event>,
    stream: string,
  ): Promise<Glance<State>> {
    return this.#history.lately(ageMs, aggregate, stream);
  }

  /** The state that this command met when it was first asked: the current one, unless this is a repeat. */
  async metBy<State, Event extends DomainEvent>(
    context: CommandContext,
    aggregate: Aggregate<State, Event>,
    stream: string,
  ): Promise<Seen<State>> {
    const earlier = await this.#earlier(aggregate, stream, context);
    return earlier ? { state: earlier.before, position: earlier.position } : this.current(aggregate, stream);
  }

  /** The state that this command left when it was carried out; undefined if it was not, or cannot have been. */
  async leftBy<State, Event extends DomainEvent>(
    context: CommandContext,
    aggregate: Aggregate<State, Event>,
    stream: string,
  ): Promise<Seen<State> | undefined> {
    const earlier = await this.#earlier(aggregate, stream, context);
    return earlier && { state: earlier.after, position: earlier.position };
  }

  /** What would be decided now. Writes nothing. */
  async foresee<State, Event extends DomainEvent, Outcome>({
    aggregate,
    stream,
    decide,
  }: Omit<Ask<State, Event, Outcome>, 'context'>): Promise<Decision<Outcome, Event>> {
    const { state, revision } = await this.#history.fresh(aggregate, stream);
    return decide(state, this.clock.nowMs(), revision);
  }

  async decide<State, Event extends DomainEvent, Outcome>(
    ask: Ask<State, Event, Outcome>,
  ): Promise<Decided<Outcome, State>> {
    const { aggregate, stream } = ask;
    const before = await this.#decidedBefore(ask);
    if (before) return before;
    let loaded = await this.#history.recent(aggregate, stream);
    for (let attempt = 1; attempt <= this.rules.attempts; attempt++) {
      const nowMs = this.clock.nowMs();
      const { outcome, events } = ask.decide(loaded.state, nowMs, loaded.revision);
      if (events.length > 0) {
        const written = await this.#append(ask, loaded, events, nowMs);
        if (written) return { outcome, state: written.state, position: written.position, repeated: false };
      } else if (loaded.fresh) {
        return { outcome, state: loaded.state, position: loaded.position, repeated: false };
      }
      const fresh = await this.#history.fresh(aggregate, stream);
      // A conflict with nothing new: the log has lost what is remembered, as one that was restored from a copy.
      const isLost = events.length > 0 && fresh.revision === loaded.revision;
      loaded = isLost ? await this.#history.anew(aggregate, stream) : fresh;
      // What came in between may be this very command, asked through another instance.
      const meanwhile = await this.#decidedBefore(ask);
      if (meanwhile) return meanwhile;
    }
    throw new TooContended(stream);
  }

  async #decidedBefore<State, Event extends DomainEvent, Outcome>({
    aggregate,
    stream,
    context,
    decide,
  }: Ask<State, Event, Outcome>): Promise<Decided<Outcome, State> | undefined> {
    const earlier = await this.#earlier(aggregate, stream, context);
    if (!earlier) return undefined;
    const { outcome } = decide(earlier.before, earlier.decidedAtMs, earlier.revisionBefore);
    return { outcome, state: earlier.after, position: earlier.position, repeated: true };
  }

  async #earlier<State, Event extends DomainEvent>(
    aggregate: Aggregate<State, Event>,
    stream: string,
    { mayBeRepeat, commandId }: CommandContext,
  ): Promise<Earlier<State> | undefined> {
    return mayBeRepeat ? this.#history.earlier(aggregate, stream, commandId) : undefined;
  }

  async #append<State, Event extends DomainEvent>(
    { aggregate, stream, context }: Ask<State, Event, unknown>,
    loaded: Loaded<State>,
    decided: readonly Event[],
    nowMs: number,
  ): Promise<Loaded<State> | undefined> {
    const events = this.#withChapter(aggregate, loaded, decided, nowMs);
    const askedMs = this.clock.monotonicMs();
    const result = await this.store.append(
      stream,
      loaded.revision ?? 'none',
      events.map((event, index) => {
        const { type, data, schemaVersion } = encodeEvent(event);
        const { commandId, correlationId, causationId, actor, via } = context;
        return {
          // Of what was decided too: the same command, decided otherwise by another instance, must meet a conflict.
          id: this.ids.derived(commandId, stream, String(index), JSON.stringify(data)),
          type,
          data,
          metadata: { commandId, $correlationId: correlationId, $causationId: causationId, actor, via, schemaVersion },
        };
      }),
    );
    if (result.type === 'Conflict') return undefined;
    this.#wrote(stream, result.position);
    return this.#history.wrote(aggregate, stream, loaded, events, { ...result, asOfMs: askedMs });
  }

  #wrote(stream: string, position: bigint): void {
    const prefix = stream.slice(0, stream.indexOf('-') + 1);
    if (position > (this.#written.get(prefix) ?? 0n)) this.#written.set(prefix, position);
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
