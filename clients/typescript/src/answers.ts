import type { Holder } from './errors.js';

/** What Holdfast answers, as far as this library reads it. */
export interface Granted {
  readonly token: number;
  readonly ttlMs: number;
}

export interface ClaimedPhase {
  readonly flowId: string;
  readonly status: 'resumed' | 'already_running' | 'already_completed';
  readonly phase: string;
  readonly phaseProgress: unknown;
  readonly attempt: number;
  readonly token?: number;
  readonly ttlMs?: number;
  readonly holder: Holder | null;
  readonly since: string | null;
  readonly until: string | null;
  readonly result: unknown;
  readonly results: Readonly<Record<string, unknown>>;
  readonly error: string | null;
}

export interface ClaimedTask extends Granted {
  readonly task: Readonly<Record<string, unknown>>;
}

/** Why a lease is not to be had, as a refusal tells it. */
export interface Explained {
  readonly hold?: { readonly sinceMs: number } | null;
  readonly untilMs?: number | null;
}

/** Somebody else does it already: nothing was called. */
export class AlreadyRunning<Of extends object = object> {
  readonly status = 'already_running';

  constructor(
    /** What was asked for, such as `{ flow, phase }`. */
    readonly of: Of,
    readonly holder: Holder | null,
    /** In ISO 8601; null where it is not known. */
    readonly since: string | null,
    /** When it is free at the latest, if its holder falls silent now. */
    readonly until: string | null,
    /** What its holder last said of its way; of phases only. */
    readonly progress: unknown = null,
  ) {}
}
