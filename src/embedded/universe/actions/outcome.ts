import type { World } from '../state/world.js';
import type { Agent } from '../state/state.js';
import type { Changes } from '../state/changes.js';

/** Who acts, where and when. */
export interface Act {
  readonly world: World;
  readonly agent: Agent;
  /** In ms since 1970, by the clock of the game. */
  readonly now: number;
}

/** What an action changes, and what it answers once that has happened. */
export interface Outcome {
  /** None when everything was so already. */
  readonly changes?: Changes | undefined;
  readonly answer: () => unknown;
}
