import type { Clock } from '../../application/ports/clock.js';
import type { Checkpoint } from './checkpoint.js';

/**
 * Whether another process keeps the views at all. One that lives marks each of them with every batch, and several times
 * a minute where there is none; measured on the clock of whoever looks.
 */
export class Standstill {
  #seen = '';
  #sinceMs = 0;

  constructor(
    private readonly clock: Clock,
    private readonly afterMs: number,
  ) {}

  /** Nobody was looked at meanwhile. */
  over(): void {
    this.#seen = '';
  }

  isFound(checkpoints: readonly Checkpoint[]): boolean {
    const nowMs = this.clock.monotonicMs();
    const seen = checkpoints.map(({ view, epoch, position, level, currentAtMs }) =>
      [view, epoch, position, level, currentAtMs].join(' '),
    );
    const now = `of ${seen.join(', ')}`;
    if (now !== this.#seen) {
      this.#seen = now;
      this.#sinceMs = nowMs;
    }
    if (nowMs - this.#sinceMs < this.afterMs) return false;
    this.over();
    return true;
  }
}
