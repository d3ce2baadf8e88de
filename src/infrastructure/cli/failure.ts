import { exitCodeOf, type ExitCode } from './exit-codes.js';

/** The command cannot do what it was asked to; the message is the one sentence that the user reads. */
export class Failure extends Error {
  override readonly name: string = 'Failure';
  constructor(
    readonly exitCode: ExitCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The command ends with an exit code that is not its own, such as that of a program it ran. */
export class Exit extends Error {
  override readonly name = 'Exit';
  constructor(readonly code: number) {
    super(`exit ${code}`);
  }
}

export const usage = (message: string): Failure => new Failure(2, message);

/** What the server answers with when it refuses (RFC 9457). */
export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly retryable: boolean;
  readonly errors?: readonly { readonly pointer: string; readonly message: string }[];
  readonly why?: Explained;
}

/** As much of the explanation of a lease as a sentence needs. */
export interface Explained {
  readonly resource: { readonly kind?: string; readonly scope: string; readonly name: string };
  readonly hold: {
    readonly holder: { readonly kind: string; readonly id: string };
    readonly token: number;
    readonly sinceMs: number;
  } | null;
  readonly nextSteps: readonly { readonly step: string; readonly text: string }[];
}

/** The server said no. `text` is its answer as it came. */
export class Refused extends Failure {
  override readonly name = 'Refused';
  constructor(
    readonly problem: Problem,
    readonly text: string,
  ) {
    const { status, title, detail } = problem;
    super(exitCodeOf(problem), status >= 500 ? `${title}: ${detail}` : detail);
  }
}
