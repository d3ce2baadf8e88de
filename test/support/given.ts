import type { Aggregate, Decision } from '../../src/domain/kernel/decider.js';
import { fold } from './fold.js';

type Decide<State, Event, Ask, Outcome> = (ask: Ask, state: State) => Decision<Outcome, Event>;

/** `given(...history).when(decide, ask).thenExpect(outcome, ...events)`, and `.thenState(…)` on what that gives. */
export function givenOf<State, Event>(aggregate: Aggregate<State, Event>) {
  return (...history: readonly Event[]) => situation(aggregate, history, undefined, []);
}

function situation<State, Event, Outcome>(
  aggregate: Aggregate<State, Event>,
  history: readonly Event[],
  outcome: Outcome,
  events: readonly Event[],
) {
  const state = fold(aggregate, history);
  const here = {
    state,
    outcome,
    events,
    history,
    when<Ask, Next>(decide: Decide<State, Event, Ask, Next>, ask: Ask) {
      const { outcome, events } = decide(ask, state);
      return situation(aggregate, [...history, ...events], outcome, events);
    },
    thenExpect(expected: Outcome, ...facts: readonly Event[]) {
      expect({ outcome, events }).toStrictEqual({ outcome: expected, events: facts });
      return here;
    },
    thenNothingIsWritten() {
      expect(events).toStrictEqual([]);
      return here;
    },
    thenState(expected: Partial<State>) {
      for (const key of Object.keys(expected) as (keyof State)[]) {
        expect({ [key]: state[key] }).toStrictEqual({ [key]: expected[key] });
      }
      return here;
    },
  };
  return here;
}
