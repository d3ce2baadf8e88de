import type { Clock } from '../../src/application/ports/clock.js';

/**
 * A clock that stands still until it is told otherwise; wall and monotonic time are set apart. Whoever sleeps moves it
 * on by as much and wakes in a later turn: waiting takes no time here.
 */
export class FakeClock implements Clock {
  constructor(
    private wallMs: number = Date.UTC(2026, 0, 15, 12),
    private monotonic: number = 5_000_000,
  ) {}

  nowMs(): number {
    return this.wallMs;
  }

  monotonicMs(): number {
    return this.monotonic;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    if (ms > 0 && !signal?.aborted) this.pass(ms);
  }

  /** Both clocks go on. */
  pass(ms: number): void {
    this.wallMs += ms;
    this.monotonic += ms;
  }

  /** Only the wall clock is set, forward or back. */
  jumpWall(ms: number): void {
    this.wallMs += ms;
  }

  /** The clock of another process: the same moment, counted from a start of its own. */
  another(): FakeClock {
    return new FakeClock(this.wallMs, 77_000);
  }
}
