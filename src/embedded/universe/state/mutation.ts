import type { Changes } from './changes.js';

/** Who did what: one for every committed call that changes something. */
export interface Mutation {
  /** 1, 2, 3 … without gaps. */
  readonly number: number;
  /** In ms since 1970, by the clock of the game. */
  readonly at: number;
  readonly agent: string | null;
  readonly ship: string | null;
  readonly action: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** A line of the journal. */
export interface Entry {
  readonly mutation: Mutation;
  readonly changes: Changes;
}
