import type { ContainerSnapshot } from '../../domain/container/events.js';
import type { Json } from '../../domain/kernel/json.js';
import type { WorkEnd } from '../containers/end-container.js';
import type { FlightRules } from '../flights/flight.js';

export type AttemptEnd =
  | WorkEnd
  /** The stop signal was honoured at a safe point, or the attempt was cut wherever it was. */
  | { readonly type: 'stopped' }
  /** Fenced: what it worked under is not in force any more. Nothing more was done, and nothing is to be written of it. */
  | { readonly type: 'lost'; readonly reason: string };

/** Runs one attempt of one container until it ends; never rejects. */
export interface RunAttempt {
  /** What it takes on; absent: whatever it is given. */
  readonly rules?: FlightRules;
  run(attempt: ContainerSnapshot, io: AttemptIo): Promise<AttemptEnd>;
}

export interface AttemptIo {
  /** Reach a safe point and end 'stopped'. */
  readonly stop: AbortSignal;
  /** Its time to reach a safe point is over: record nothing more. Whoever aborts it has not waited, and settles it as 'stopped'. */
  readonly cut: AbortSignal;
  /** It moved; the next sign of progress comes at the latest in `quietForMs`. */
  progress(cursor: Json, quietForMs?: number): void;
  log(level: 'info' | 'warn' | 'error', text: string): void;
}
