/** What Holdfast answers instead of what was asked for: an RFC 9457 problem. Programs decide by its `code`. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  /** Whether the same request may succeed later. */
  readonly retryable: boolean;
  readonly [extension: string]: unknown;
}

export interface Holder {
  readonly kind: string;
  readonly id: string;
  readonly attempt: number;
}

/** Everything this library throws of its own. */
export class HoldfastError extends Error {
  override name = 'HoldfastError';
}

/** Holdfast said no, and asking again would not help now. */
export class Refusal extends HoldfastError {
  override readonly name = 'Refusal';
  readonly code: string;
  readonly status: number;
  /** Who has the lease instead, and by which token, where the refusal is about that. */
  readonly currentHolder: Holder | null;
  readonly currentToken: number | null;

  constructor(readonly problem: Problem) {
    super(problem.detail);
    this.code = problem.code;
    this.status = problem.status;
    this.currentHolder = (problem['currentHolder'] as Holder | undefined) ?? null;
    this.currentToken = (problem['currentToken'] as number | undefined) ?? null;
  }
}

/** No answer within the client's patience. What was asked for may or may not have been done. */
export class Unreachable extends HoldfastError {
  override readonly name = 'Unreachable';
}

/** The lease is no longer this run's: the reason of its signal, and what a result that came too late ends in. */
export class LeaseLost extends HoldfastError {
  override readonly name = 'LeaseLost';

  /**
   * @param why `refused`: Holdfast says that the token is not in force; `silence`: nothing was heard from it for a whole
   *   time to live, so that it may give the lease to another at any moment
   */
  constructor(
    readonly token: number,
    readonly why: 'refused' | 'silence',
    cause?: Refusal,
  ) {
    const how = cause ? cause.message : 'no renewal was answered for its whole time to live';
    super(`the lease under token ${token} is lost: ${how}`, { cause });
  }
}

const notInForce: readonly string[] = ['stale-token', 'task-not-claimed', 'already-complete', 'unknown-lease'];

/** Whether Holdfast says that the lease has gone. */
export function isNotInForce(error: unknown): error is Refusal {
  return error instanceof Refusal && notInForce.includes(error.code);
}
