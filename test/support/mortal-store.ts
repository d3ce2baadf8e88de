import type {
  AppendResult,
  EventStore,
  ExpectedRevision,
  NewEvent,
  Position,
  RecordedEvent,
  Subscription,
  SubscriptionOptions,
} from '../../src/application/ports/event-store.js';

/** The process that made this call is no more. */
export class Killed extends Error {
  override readonly name = 'Killed';
}

export interface Death {
  /** The call during which the process dies, counted from 1. */
  readonly at: number;
  /** Whether that call still had its effect in the store. */
  readonly done: boolean;
}

/** One process's connection to a log: its calls are counted, and it can die in any of them. */
export class MortalStore implements EventStore {
  readonly calls: { readonly verb: 'append' | 'read'; readonly stream: string; readonly events: number }[] = [];
  /** Called before every call that comes through; what it does lies between two calls of this process. */
  before: (verb: 'append' | 'read', stream: string) => Promise<void> | void = () => undefined;
  #death: Death | undefined;
  #dead = false;
  #countedFrom = 0;

  constructor(private readonly log: EventStore) {}

  /** Counts from here. */
  dieIn(death: Death): void {
    this.#death = death;
    this.#countedFrom = this.calls.length;
  }

  die(): void {
    this.#dead = true;
  }

  append(stream: string, expected: ExpectedRevision, events: readonly NewEvent[]): Promise<AppendResult> {
    return this.#call(
      'append',
      stream,
      () => this.log.append(stream, expected, events),
      () => events.length,
    );
  }

  readBackwards(stream: string, options: { readonly from?: bigint; readonly max: number }): Promise<RecordedEvent[]> {
    return this.#call(
      'read',
      stream,
      () => this.log.readBackwards(stream, options),
      (events) => events.length,
    );
  }

  readForwards(stream: string, options: { readonly from?: bigint; readonly max: number }): Promise<RecordedEvent[]> {
    return this.#call(
      'read',
      stream,
      () => this.log.readForwards(stream, options),
      (events) => events.length,
    );
  }

  readAll(options: Parameters<EventStore['readAll']>[0]): AsyncIterable<RecordedEvent> {
    return this.log.readAll(options);
  }

  readAllBackwards(options: Parameters<EventStore['readAllBackwards']>[0]): AsyncIterable<RecordedEvent> {
    return this.log.readAllBackwards(options);
  }

  headPosition(): Promise<Position> {
    return this.log.headPosition();
  }

  subscribe(options: SubscriptionOptions): Subscription {
    return this.log.subscribe(options);
  }

  close(): Promise<void> {
    this.#dead = true;
    return Promise.resolve();
  }

  async #call<T>(
    verb: 'append' | 'read',
    stream: string,
    run: () => Promise<T>,
    eventsOf: (answer: T) => number,
  ): Promise<T> {
    await this.before(verb, stream);
    if (this.#dead) throw new Killed(`${verb} ${stream} by a dead process`);
    const number = this.calls.length + 1 - this.#countedFrom;
    const dies = this.#death?.at === number;
    if (dies) this.#dead = true;
    if (dies && !this.#death?.done) throw new Killed(`before ${verb} ${stream}`);
    const answer = await run();
    this.calls.push({ verb, stream, events: eventsOf(answer) });
    if (dies) throw new Killed(`after ${verb} ${stream}`);
    return answer;
  }
}
