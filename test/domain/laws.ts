import type { Aggregate, Decision } from '../../src/domain/kernel/decider.js';

/** One command with everything it needs: what it says does not depend on the state that it meets. */
export interface Command<State, Event, Ask = unknown> {
  readonly verb: string;
  readonly ask: Ask;
  readonly decide: (state: State) => Decision<{ readonly type: string }, Event>;
}

export interface Step<State, Event, Ask = unknown> {
  readonly command: Command<State, Event, Ask>;
  readonly before: State;
  readonly outcome: { readonly type: string };
  readonly events: readonly Event[];
  readonly after: State;
}

export function command<State, Event, Ask, Outcome extends { readonly type: string }>(
  verb: string,
  decide: (ask: Ask, state: State) => Decision<Outcome, Event>,
  ask: Ask,
): Command<State, Event, Ask> {
  return { verb, ask, decide: (state) => decide(frozen(ask), frozen(state)) };
}

/** Gives each command in turn the state that the ones before it made; a command is made for the state it is to meet. */
export function walk<State, Event, Spec, Ask>(
  { initial, evolve }: Aggregate<State, Event>,
  specs: readonly Spec[],
  commandFor: (spec: Spec, state: State) => Command<State, Event, Ask>,
): Step<State, Event, Ask>[] {
  let before = initial;
  return specs.map((spec) => {
    const command = commandFor(spec, before);
    const { outcome, events } = command.decide(before);
    const step = { command, before, outcome, events, after: events.reduce(evolve, before) };
    before = step.after;
    return step;
  });
}

export const historyOf = <State, Event>(steps: readonly Step<State, Event>[]): Event[] =>
  steps.flatMap(({ events }) => events);

/** The events from the newest one that opens a chapter on. */
export function newestChapter<Event>(
  { opensChapter }: { readonly opensChapter: (event: Event) => boolean },
  history: readonly Event[],
): readonly Event[] {
  const start = history.findLastIndex((event) => opensChapter(event));
  return history.slice(Math.max(0, start));
}

export function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(frozen);
  }
  return value;
}

/** Runs with every clock and every source of chance out of order: who reads one, throws. */
export function withoutTimeOrChance<T>(run: () => T): T {
  const broken = () => {
    throw new Error('a decision read the time or drew a number');
  };
  const { now } = Date;
  const { random } = Math;
  const monotonic = performance.now.bind(performance);
  try {
    Date.now = broken;
    Math.random = broken;
    performance.now = broken;
    return run();
  } finally {
    Date.now = now;
    Math.random = random;
    performance.now = monotonic;
  }
}
