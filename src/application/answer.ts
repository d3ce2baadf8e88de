/** A command's reply: what was decided, and the position at which views will show it. */
export interface Answer<Outcome> {
  readonly outcome: Outcome;
  readonly position: bigint;
}

/** Where the views show both of two writes. */
export function later(one: bigint, other: bigint): bigint {
  return one > other ? one : other;
}
