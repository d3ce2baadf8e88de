// Looking up a global costs more in a test's own context than what is done with it here.
const { floor, imul } = Math;

/** A source of chance that gives the same numbers for the same seed (mulberry32). */
export class Chance {
  constructor(private state: number) {}

  /** From 0, inclusive, to 1. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }

  below(count: number): number {
    return floor(this.next() * count);
  }

  with(probability: number): boolean {
    return this.next() < probability;
  }

  oneOf<T>(choices: readonly T[]): T {
    const chosen = choices[this.below(choices.length)];
    if (chosen === undefined) throw new Error('there is nothing to choose from');
    return chosen;
  }
}

/** Lets several actors take turns at every call that they announce, in an order that only the seed decides. */
export class Interleaving {
  #waiting: (() => void)[] = [];

  constructor(private readonly chance: Chance) {}

  /** Resolves when it is the caller's turn. */
  turn(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Runs until every actor is done; rejects with the first failure. */
  async run(actors: readonly Promise<unknown>[]): Promise<void> {
    let isDone = false;
    const all = Promise.all(actors).finally(() => (isDone = true));
    all.catch(() => undefined);
    for (;;) {
      // Whoever can go on by itself does so until it asks for a turn.
      await new Promise((resolve) => setImmediate(resolve));
      if (isDone) return void (await all);
      const [next] = this.#waiting.splice(this.chance.below(this.#waiting.length), 1);
      next?.();
    }
  }
}
