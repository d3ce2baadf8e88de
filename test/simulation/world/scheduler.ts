import type { Chance } from '../../support/interleaving.js';
import type { Trace } from './trace.js';

interface Entry {
  readonly atMs: number;
  readonly tie: number;
  readonly what: string;
  readonly run: () => unknown;
  readonly wakes: boolean;
}

/** The only time there is: a queue of what is to happen, by its moment and then by the seed. Nothing passes but through it. */
export class Scheduler {
  /** Milliseconds since the simulation began. */
  nowMs = 0;
  steps = 0;
  readonly #queue: Entry[] = [];

  constructor(
    private readonly chance: Chance,
    private readonly trace: Trace,
  ) {}

  /**
   * `wakes`: code of a process goes on with it, and is given the time to come to its next wait, unless `run` says by
   * `false` that nobody was woken.
   */
  after(ms: number, what: string, run: () => unknown, wakes = true): void {
    this.#push({ atMs: this.nowMs + Math.max(0, ms), tie: this.chance.next(), what, run, wakes });
  }

  async run(goesOn: () => boolean): Promise<void> {
    while (goesOn()) {
      const next = this.#pop();
      if (!next) return;
      this.nowMs = next.atMs;
      this.steps += 1;
      this.trace.add(next.atMs, next.what);
      const wakes = next.run() !== false && next.wakes;
      if (wakes) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  #push(entry: Entry): void {
    const queue = this.#queue;
    let at = queue.length;
    queue.push(entry);
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!isBefore(entry, queue[above]!)) break;
      queue[at] = queue[above]!;
      at = above;
    }
    queue[at] = entry;
  }

  #pop(): Entry | undefined {
    const queue = this.#queue;
    const first = queue[0];
    const last = queue.pop();
    if (!first || !last || queue.length === 0) return first;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= queue.length) break;
      if (below + 1 < queue.length && isBefore(queue[below + 1]!, queue[below]!)) below += 1;
      if (!isBefore(queue[below]!, last)) break;
      queue[at] = queue[below]!;
      at = below;
    }
    queue[at] = last;
    return first;
  }
}

function isBefore(one: Entry, other: Entry): boolean {
  return one.atMs < other.atMs || (one.atMs === other.atMs && one.tie < other.tie);
}
