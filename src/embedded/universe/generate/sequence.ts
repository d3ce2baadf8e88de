/** Numbers in 0 … 1 that are the same for the same seed, anywhere. */
export type Sequence = () => number;

/** A linear congruential generator: repeatable, which is all that is asked of it. */
export function sequence(seed: number): Sequence {
  let state = BigInt(seed);
  return () => {
    state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
    return Number(state >> 11n) / 2 ** 53;
  };
}

export function oneOf<T>(chance: Sequence, all: readonly T[]): T {
  return all[Math.floor(chance() * all.length)] as T;
}

export function shuffled<T>(chance: Sequence, all: readonly T[]): T[] {
  return all
    .map((value) => ({ value, key: chance() }))
    .sort((a, b) => a.key - b.key)
    .map(({ value }) => value);
}
