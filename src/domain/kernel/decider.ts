/** What a decision gives: the answer for the asker, and the facts to write. No facts: nothing changed. */
export interface Decision<Outcome, Event> {
  readonly outcome: Outcome;
  readonly events: readonly Event[];
}

/** The outcome of a write that was accepted. */
export interface Changed {
  readonly type: 'Changed';
  /** True when nothing had to be written. */
  readonly already: boolean;
}

export function decided<Outcome, Event>(outcome: Outcome, ...events: readonly Event[]): Decision<Outcome, Event> {
  return { outcome, events };
}

/**
 * One aggregate, as the application needs it.
 *
 * An event that opens a chapter carries everything that came before it: `evolve` must give the same state from it
 * whatever state it is given. So a stream is loaded from its newest chapter on, however long its past is.
 */
export interface Aggregate<State, Event> {
  readonly initial: State;
  readonly evolve: (state: State, event: Event) => State;
  readonly opensChapter: (event: Event) => boolean;
  /** The state as an event that opens a chapter; undefined while there is nothing to carry. */
  readonly chapterOf: (state: State, atMs: number) => Event | undefined;
}
