import type { ContainerSnapshot } from '../../domain/container/events.js';
import type { Json } from '../../domain/kernel/json.js';

export type AttemptEnd =
  | { readonly type: 'completed' }
  | { readonly type: 'failed'; readonly error: string; readonly permanent: boolean }
  /** The stop signal was honoured at a safe point. */
  | { readonly type: 'stopped' }
  /** Fenced: a newer token exists. Nothing more was done. */
  | { readonly type: 'lost'; readonly reason: string };

/** Runs one attempt of one container until it ends; never rejects. */
export interface RunAttempt {
  run(attempt: ContainerSnapshot, io: AttemptIo): Promise<AttemptEnd>;
}

export interface AttemptIo {
  /** Reach a safe point and end 'stopped'. */
  readonly stop: AbortSignal;
  /** The drain is over: end now and record nothing more. */
  readonly cut: AbortSignal;
  /** It moved; the next sign of progress comes at the latest in `quietForMs`. */
  progress(cursor: Json, quietForMs?: number): void;
  log(level: 'info' | 'warn' | 'error', text: string): void;
}
