/** One call of a history: when it was made, when it was answered, and what it was. */
export interface Call<Op> {
  readonly called: number;
  /** Infinity: never; it may have had its effect at any time after it was made, or not at all. */
  readonly answered: number;
  readonly op: Op;
}

/** What a correct object does, one call after the other. */
export interface Sequential<State, Op> {
  readonly initial: State;
  /** The state after the call; undefined when a correct object could not have answered so. */
  step(state: State, op: Op): State | undefined;
  keyOf(state: State): string;
}

interface Node<State> {
  readonly done: bigint;
  readonly state: State;
}

/**
 * Whether some order of the calls, in which none comes before one that was answered before it was made, explains all
 * answers (after Wing & Gong 1993; a set of calls is tried with a state only once, after Lowe 2017).
 */
export function isLinearizable<State, Op>(
  history: readonly Call<Op>[],
  { initial, step, keyOf }: Sequential<State, Op>,
): boolean {
  const calls = [...history].sort((one, other) => one.called - other.called);
  const mustHappen = calls.reduce(
    (all, { answered }, i) => (answered === Infinity ? all : all | (1n << BigInt(i))),
    0n,
  );
  const seen = new Set<string>();
  const open: Node<State>[] = [{ done: 0n, state: initial }];
  for (let node = open.pop(); node; node = open.pop()) {
    const { done, state } = node;
    if ((done & mustHappen) === mustHappen) return true;
    for (const index of mayComeNext(calls, done)) {
      const call = calls[index];
      const next = call && step(state, call.op);
      if (!call || next === undefined) continue;
      // One that was never answered and changes nothing here need not have happened here.
      if (call.answered === Infinity && keyOf(next) === keyOf(state)) continue;
      const after = { done: done | (1n << BigInt(index)), state: next };
      const key = `${after.done.toString(36)} ${keyOf(next)}`;
      if (seen.has(key)) continue;
      seen.add(key);
      open.push(after);
    }
  }
  return false;
}

/** Calls not done yet that were made before the first answer to one not done yet. Latest first: the stack turns them. */
function mayComeNext<Op>(calls: readonly Call<Op>[], done: bigint): readonly number[] {
  const next: number[] = [];
  let firstAnswer = Infinity;
  for (const [index, { called, answered }] of calls.entries()) {
    if (called > firstAnswer) break;
    if ((done >> BigInt(index)) & 1n) continue;
    next.unshift(index);
    firstAnswer = Math.min(firstAnswer, answered);
  }
  return next;
}
