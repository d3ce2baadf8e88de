import type { JsonObject } from '../kernel/json.js';

/** One change of the game: declared before it is tried. */
export type Action =
  | { readonly type: 'orbit' }
  | { readonly type: 'dock' }
  | { readonly type: 'flight-mode'; readonly mode: string }
  | { readonly type: 'navigate'; readonly to: string }
  | { readonly type: 'refuel' }
  | Trade
  | { readonly type: 'jettison'; readonly good: string; readonly units: number };

export interface Trade {
  readonly type: 'purchase' | 'sell';
  readonly good: string;
  readonly units: number;
}

/** What an operation does next. Whoever carries it out records it and asks again. */
export type Step =
  | { readonly type: 'act'; readonly action: Action }
  | { readonly type: 'wait'; readonly untilMs: number; readonly why: string }
  /** It cannot decide before it has seen this. */
  | { readonly type: 'look'; readonly at: 'places' | 'offers' }
  /** The ship is at a market that this lap has not seen yet. */
  | { readonly type: 'visit'; readonly waypoint: string }
  /** So many units were aboard when the iteration began: what it still has to do is counted from there. */
  | { readonly type: 'note'; readonly good: string; readonly units: number }
  | { readonly type: 'done'; readonly report: JsonObject }
  /** Nothing that could be tried again would help. One sentence. */
  | { readonly type: 'blocked'; readonly why: string };

export function act(action: Action): Step {
  return { type: 'act', action };
}
