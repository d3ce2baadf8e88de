import type { Aggregate } from '../../src/domain/kernel/decider.js';

export function fold<State, Event>(
  { initial, evolve }: Pick<Aggregate<State, Event>, 'initial' | 'evolve'>,
  events: Iterable<Event>,
): State {
  let state = initial;
  for (const event of events) state = evolve(state, event);
  return state;
}
