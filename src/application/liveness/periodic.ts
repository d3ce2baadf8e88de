import { messageOf } from '../../domain/kernel/message-of.js';
import type { Clock } from '../ports/clock.js';

export interface PeriodicStatus {
  readonly runs: number;
  readonly lastRunAtMs: number | null;
  /** Of the last run that did not fail. */
  readonly lastGoodRunAtMs: number | null;
  readonly lastError: string | null;
}

/** Runs one task again and again, never twice at once; a failing run is remembered and the next one is tried. */
export class Periodic {
  readonly #stop = new AbortController();
  #pause = new AbortController();
  #wake = AbortSignal.any([this.#stop.signal, this.#pause.signal]);
  #running: Promise<void> | undefined;
  #status: PeriodicStatus = { runs: 0, lastRunAtMs: null, lastGoodRunAtMs: null, lastError: null };

  constructor(
    private readonly clock: Clock,
    private readonly intervalMs: number,
    private readonly task: () => Promise<void>,
    /** Told once of what fails again and again in the same words. */
    private readonly onError: (message: string) => void,
  ) {}

  get status(): PeriodicStatus {
    return this.#status;
  }

  start(): void {
    this.#running ??= this.#loop();
  }

  /** The next run begins at once, or after the one under way. */
  soon(): void {
    this.#pause.abort();
  }

  /** Resolves when the run that was under way has ended. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #loop(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      if (this.#pause.signal.aborted) this.#renewPause();
      await this.#once();
      await this.clock.sleep(this.intervalMs, this.#wake);
    }
  }

  #renewPause(): void {
    this.#pause = new AbortController();
    this.#wake = AbortSignal.any([this.#stop.signal, this.#pause.signal]);
  }

  async #once(): Promise<void> {
    let lastError: string | null = null;
    try {
      await this.task();
    } catch (error) {
      lastError = messageOf(error);
      if (lastError !== this.#status.lastError) this.onError(lastError);
    }
    const { runs, lastGoodRunAtMs: before } = this.#status;
    const nowMs = this.clock.nowMs();
    this.#status = {
      runs: runs + 1,
      lastRunAtMs: nowMs,
      lastGoodRunAtMs: lastError === null ? nowMs : before,
      lastError,
    };
  }
}
