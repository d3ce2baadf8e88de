import { LeaseLost, Refusal } from './errors.js';
import { nowMs } from './requests.js';

/** A timer that does not keep the process alive. */
function later(run: () => void, ms: number): ReturnType<typeof setTimeout> {
  const timer = setTimeout(run, ms);
  (timer as unknown as { unref?: () => void }).unref?.();
  return timer;
}

/**
 * The time for which this process may believe that it holds a lease: from the moment it asked, one time to live further
 * with every renewal that is answered, counted from when that was sent. Holdfast counts from when it heard of it, which
 * is later: so the tenure is over before another can have the lease, unless the process stands still meanwhile.
 */
export class Tenure {
  readonly #gone = new AbortController();
  readonly #renewMs: number;
  #untilMs: number;
  #isOver = false;
  #isSettled = false;
  #lost: LeaseLost | undefined;
  #renewing: ReturnType<typeof setTimeout> | undefined;
  #watching: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param askedAtMs when the lease was asked for, by `nowMs`
   * @param renew sends one renewal that takes at most so many milliseconds; gives when it was sent
   */
  constructor(
    readonly token: number,
    private readonly ttlMs: number,
    askedAtMs: number,
    private readonly renew: (tryMs: number) => Promise<number>,
  ) {
    this.#renewMs = Math.max(1, Math.floor(ttlMs / 3));
    this.#untilMs = askedAtMs + ttlMs;
  }

  get signal(): AbortSignal {
    return this.#gone.signal;
  }

  /** By the clock of this moment, also where no timer had its turn because the process was busy. */
  get lost(): LeaseLost | undefined {
    if (!this.#lost && nowMs() >= this.#untilMs) this.lose(this.#silence());
    return this.#lost;
  }

  /**
   * Begins to renew. A grant whose answer was long under way is renewed before anything is done under it.
   * @throws LeaseLost
   */
  async begin(): Promise<void> {
    const ageMs = this.ttlMs - (this.#untilMs - nowMs());
    if (ageMs > this.#renewMs) {
      const renewed = this.renew(this.ttlMs).catch((error: unknown) => {
        throw error instanceof Refusal ? new LeaseLost(this.token, 'refused', error) : this.#silence();
      });
      this.#untilMs = (await renewed) + this.ttlMs;
    }
    this.#watch();
    this.#renewIn(this.#renewMs);
  }

  /** A request under the token, sent at that time, was answered with yes. */
  heard(askedAtMs: number): void {
    this.#untilMs = Math.max(this.#untilMs, askedAtMs + this.ttlMs);
    if (!this.#isOver) this.#watch();
  }

  lose(why: LeaseLost): void {
    if (this.#lost) return;
    this.#lost = why;
    this.end();
    if (!this.#isSettled) this.#gone.abort(why);
  }

  /** The caller has no more use for it. */
  abandon(reason: unknown): void {
    if (!this.#isSettled) this.#gone.abort(reason);
  }

  /** The function has ended: it is renewed until that is told, and nothing is aborted any more. */
  settle(): void {
    this.#isSettled = true;
  }

  end(): void {
    this.#isOver = true;
    clearTimeout(this.#renewing);
    clearTimeout(this.#watching);
  }

  #silence(): LeaseLost {
    return new LeaseLost(this.token, 'silence');
  }

  #watch(): void {
    clearTimeout(this.#watching);
    this.#watching = later(() => void this.lost, Math.max(0, this.#untilMs - nowMs()));
  }

  #renewIn(ms: number): void {
    this.#renewing = later(() => void this.#renewOnce(), ms);
  }

  async #renewOnce(): Promise<void> {
    let nextMs = this.#renewMs;
    try {
      this.heard(await this.renew(Math.max(1, this.#untilMs - nowMs())));
    } catch (error) {
      if (this.#isOver) return;
      if (error instanceof Refusal) return this.lose(new LeaseLost(this.token, 'refused', error));
      nextMs = Math.min(1_000, this.#renewMs / 4);
    }
    if (!this.#isOver && !this.lost) this.#renewIn(nextMs);
  }
}
