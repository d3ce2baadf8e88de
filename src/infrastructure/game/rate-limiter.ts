import type { Clock } from '../../application/ports/clock.js';
import type { GamePriority } from '../../application/ports/game.js';

export interface Pool {
  readonly calls: number;
  readonly windowMs: number;
}

export interface RateLimits {
  /** Used first; full again one window after its first call. */
  readonly steady: Pool;
  /** What goes beyond it, likewise. */
  readonly burst: Pool;
}

/** What the game documents; its answers may say otherwise. */
export const documentedLimits: RateLimits = {
  steady: { calls: 2, windowMs: 1_000 },
  burst: { calls: 30, windowMs: 60_000 },
};

interface Waiting {
  readonly rank: number;
  readonly go: () => void;
}

const ranks: Readonly<Record<GamePriority, number>> = { urgent: 0, normal: 1, background: 2 };

/**
 * One for every account: whoever wants to call takes a turn here first. The most urgent goes next, and of two alike the
 * one that came first.
 */
export class RateLimiter {
  readonly #waiting: Waiting[] = [];
  readonly #pools: readonly Window[];
  #pausedUntilMs = 0;
  #serving = false;

  constructor(
    private readonly clock: Clock,
    limits: RateLimits = documentedLimits,
  ) {
    this.#pools = [new Window(limits.steady), new Window(limits.burst)];
  }

  /** Resolves when the call may be made; rejects with the signal's reason when that is aborted first. */
  async take(priority: GamePriority = 'normal', signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const mine: Waiting = { rank: ranks[priority], go: () => settle(resolve) };
      const leave = (): void => {
        const at = this.#waiting.indexOf(mine);
        if (at >= 0) this.#waiting.splice(at, 1);
        settle(() => reject(signal?.reason as Error));
      };
      const settle = (how: () => void): void => {
        signal?.removeEventListener('abort', leave);
        how();
      };
      signal?.addEventListener('abort', leave, { once: true });
      const behind = this.#waiting.findIndex(({ rank }) => rank > mine.rank);
      this.#waiting.splice(behind < 0 ? this.#waiting.length : behind, 0, mine);
      void this.#serve();
    });
  }

  /** What an answer says of the limits. */
  learn(headers: Headers): void {
    const [steady, burst] = this.#pools;
    const perSecond = Number(headers.get('x-ratelimit-limit-per-second'));
    const inBurst = Number(headers.get('x-ratelimit-limit-burst'));
    if (perSecond >= 1) steady?.resize(perSecond);
    if (inBurst >= 1) burst?.resize(inBurst);
  }

  /** The game wants no call for so long. */
  pause(ms: number): void {
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, this.clock.monotonicMs() + ms);
  }

  async #serve(): Promise<void> {
    if (this.#serving) return;
    this.#serving = true;
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      const waitMs = this.#waitMs(this.clock.monotonicMs());
      if (waitMs > 0) await this.clock.sleep(waitMs);
      else if (this.#waiting.shift()) next.go();
    }
    this.#serving = false;
  }

  /** 0, and the turn is counted, when somebody may go now. */
  #waitMs(nowMs: number): number {
    if (this.#pausedUntilMs > nowMs) return this.#pausedUntilMs - nowMs;
    if (this.#pools.some((pool) => pool.take(nowMs))) return 0;
    return Math.max(1, Math.min(...this.#pools.map((pool) => pool.fullAtMs - nowMs)));
  }
}

/** A pool that is full again one window after the first call that was taken from it. */
class Window {
  #calls: number;
  #left: number;
  #fullAtMs = -Infinity;

  constructor(private readonly pool: Pool) {
    this.#calls = pool.calls;
    this.#left = pool.calls;
  }

  get fullAtMs(): number {
    return this.#fullAtMs;
  }

  resize(calls: number): void {
    this.#left = Math.max(0, this.#left + calls - this.#calls);
    this.#calls = calls;
  }

  take(nowMs: number): boolean {
    if (nowMs >= this.#fullAtMs) {
      this.#left = this.#calls;
      this.#fullAtMs = nowMs + this.pool.windowMs;
    }
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
