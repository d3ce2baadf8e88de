/** A command's reply: what was decided, and the position at which views will show it. */
export interface Answer<Outcome> {
  readonly outcome: Outcome;
  readonly position: bigint;
}
