export interface Clock {
  /** Wall time, milliseconds since 1970. For records, never for comparing with another machine's. */
  nowMs(): number;
  /** Monotonic milliseconds from an arbitrary start. For every wait and every judgement of silence. */
  monotonicMs(): number;
  /** Resolves after `ms`, or at once when the signal is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
