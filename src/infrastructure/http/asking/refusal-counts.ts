import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '../../../application/ports/clock.js';
import { CLOCK } from '../../../application/ports/tokens.js';
import { refusalProblems, type Refusal } from '../problems.js';

export interface RefusalCount {
  readonly code: string;
  readonly count: number;
}

/** How often this process said no to a command, by the code of its answer. Forgotten when it ends. */
@Injectable()
export class RefusalCounts {
  readonly sinceMs: number;
  readonly #counts = new Map<string, number>();

  constructor(@Inject(CLOCK) clock: Clock) {
    this.sinceMs = clock.nowMs();
  }

  count({ type }: Refusal): void {
    const [, code] = refusalProblems[type];
    this.#counts.set(code, (this.#counts.get(code) ?? 0) + 1);
  }

  /** The most frequent first. */
  counts(): readonly RefusalCount[] {
    return [...this.#counts].map(([code, count]) => ({ code, count })).sort((a, b) => b.count - a.count);
  }
}
