import type { Clock } from '../../application/ports/clock.js';
import type { EventStore } from '../../application/ports/event-store.js';
import { lagCountedTo } from '../../application/ports/views.js';
import type { View } from '../view.js';

export interface Found {
  readonly head: bigint;
  /** Null while the view moves: counting would cost more than it tells. */
  readonly lagEvents: number | null;
  readonly lagMs: number;
  /** Events of the view lie after what was reached, and nothing has moved since the last look. */
  readonly waiting: boolean;
  /** Nothing that concerns the view is missing up to it; null when that is not known of anything new. */
  readonly level: bigint | null;
  /** The instant as of which nothing is missing; null: of no later one than before. */
  readonly currentAtMs: number | null;
}

/**
 * Compares what a view reflects with the head of the log, again and again. A view that moves is told by its moving;
 * only one that stands still behind the head is looked after, through a stretch of the log whose length is bounded.
 */
export class LagCheck {
  #last: bigint | null | undefined;
  /** A head seen earlier: once it is reached, nothing written before that instant is missing. */
  #goal: { readonly head: bigint; readonly seenAtMs: number } | undefined;

  constructor(
    private readonly view: View,
    private readonly store: EventStore,
    private readonly clock: Clock,
  ) {}

  /** @param newestMs when the newest event that the view reflects was written */
  async look(reached: bigint | null, newestMs: number | null): Promise<Found> {
    const seenAtMs = this.clock.nowMs();
    const head = await this.store.headPosition();
    const moved = this.#last !== undefined && reached !== this.#last;
    this.#last = reached;
    if (reached !== null && reached >= head) {
      this.#goal = undefined;
      return { head, lagEvents: 0, lagMs: 0, waiting: false, level: reached, currentAtMs: seenAtMs };
    }
    const currentAtMs = this.#reachedGoal(reached);
    this.#goal ??= { head, seenAtMs };
    if (moved) {
      const lagMs = Math.max(0, seenAtMs - (newestMs ?? seenAtMs));
      return { head, lagEvents: null, lagMs, waiting: false, level: reached, currentAtMs };
    }
    return this.#lookThrough(reached, head, seenAtMs);
  }

  #reachedGoal(reached: bigint | null): number | null {
    if (!this.#goal || reached === null || reached < this.#goal.head) return null;
    const { seenAtMs } = this.#goal;
    this.#goal = undefined;
    return seenAtMs;
  }

  async #lookThrough(reached: bigint | null, head: bigint, seenAtMs: number): Promise<Found> {
    const after = reached === null ? {} : { after: reached };
    let looked = 0;
    let lagEvents = 0;
    let oldestMs: number | null = null;
    let lookedTo = head;
    for await (const { stream, createdMs, position } of this.store.readAll({
      ...after,
      upTo: head,
      streamPrefixes: [''],
    })) {
      looked += 1;
      if (this.view.streamPrefixes.some((prefix) => stream.startsWith(prefix))) {
        oldestMs ??= createdMs;
        lagEvents += 1;
      }
      if (looked < lagCountedTo) continue;
      lookedTo = position;
      break;
    }
    if (oldestMs !== null) {
      const lagMs = Math.max(0, seenAtMs - oldestMs);
      return { head, lagEvents, lagMs, waiting: true, level: null, currentAtMs: null };
    }
    const currentAtMs = lookedTo >= head ? seenAtMs : null;
    return { head, lagEvents: 0, lagMs: 0, waiting: false, level: lookedTo, currentAtMs };
  }
}
