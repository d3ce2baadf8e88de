import type { Clock } from '../ports/clock.js';
import type { AttemptIo } from './attempt-run.js';
import { CutOff, Halted } from './endings.js';

/** Looked up from this often, so that a wall clock that was set again is noticed. */
const longestSleepMs = 60_000;

/** The waiting of one attempt: any of it ends at once when the attempt is to stop. */
export class Waits {
  /** Aborted when nothing should be waited for any more. */
  readonly signal: AbortSignal;

  constructor(
    private readonly clock: Clock,
    private readonly io: Pick<AttemptIo, 'stop' | 'cut'>,
  ) {
    this.signal = AbortSignal.any([io.stop, io.cut]);
  }

  get isStopping(): boolean {
    return this.io.stop.aborted;
  }

  /** @throws CutOff when nothing may be done any more */
  allow(): void {
    if (this.io.cut.aborted) throw new CutOff();
  }

  /** @throws Halted | CutOff */
  go(): void {
    this.allow();
    if (this.io.stop.aborted) throw new Halted();
  }

  /** Until the wall clock says so. */
  async until(atMs: number): Promise<void> {
    for (;;) {
      this.go();
      const leftMs = atMs - this.clock.nowMs();
      if (leftMs <= 0) return;
      await this.clock.sleep(Math.min(leftMs, longestSleepMs), this.signal);
    }
  }

  /** For what changes nothing: whoever is to stop leaves it behind. */
  async answer<T>(asked: T | Promise<T>): Promise<T> {
    this.go();
    let stop = (): void => undefined;
    const told = new Promise<never>((_, reject) => {
      stop = () => reject(this.io.cut.aborted ? new CutOff() : new Halted());
      this.signal.addEventListener('abort', stop, { once: true });
    });
    try {
      return await Promise.race([asked, told]);
    } finally {
      this.signal.removeEventListener('abort', stop);
    }
  }

  async for(ms: number): Promise<void> {
    this.go();
    await this.clock.sleep(ms, this.signal);
    this.go();
  }
}

/** One outage: how long it has lasted, and how long to wait before the next try. */
export class Outage {
  #sinceMs: number | undefined;
  #tries = 0;

  constructor(
    private readonly clock: Clock,
    private readonly rules: { readonly outageDelaysMs: readonly number[]; readonly outageMs: number },
  ) {}

  over(): void {
    this.#sinceMs = undefined;
    this.#tries = 0;
  }

  /** Undefined when it has lasted too long. */
  nextDelayMs(): number | undefined {
    const nowMs = this.clock.monotonicMs();
    this.#sinceMs ??= nowMs;
    if (nowMs - this.#sinceMs >= this.rules.outageMs) return undefined;
    const { outageDelaysMs } = this.rules;
    return outageDelaysMs[Math.min(this.#tries++, outageDelaysMs.length - 1)] ?? this.rules.outageMs;
  }
}
