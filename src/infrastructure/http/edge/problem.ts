/** One thing wrong with a request: where (`pointer` is a JSON pointer into that part), by which rule, in words. */
export interface Fault {
  readonly in: 'body' | 'query' | 'path' | 'header';
  readonly pointer: string;
  readonly rule: string;
  readonly message: string;
}

/** RFC 9457 problem details. `statusCode` and `message` repeat `status` and `detail` for clients of the NestJS form. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** The request id, as in the `X-Request-Id` header and the log. */
  readonly instance: string;
  readonly code: string;
  readonly retryable: boolean;
  readonly statusCode: number;
  readonly message: string;
  readonly errors?: readonly Fault[];
  readonly [extension: string]: unknown;
}

export interface ProblemCause {
  /** A slug such as `lease-held`: the stable name programs decide by. */
  readonly code: string;
  readonly status: number;
  /** The kind of problem in words; the same for every problem of this code. */
  readonly title: string;
  /** This problem in words a stranger may read: no stack, SQL, file path or library name. Default: the title. */
  readonly detail?: string;
  /** Whether the same request may succeed later. Default: no. */
  readonly retryable?: boolean;
  readonly errors?: readonly Fault[];
  /** More members of the answer, such as `currentHolder`. */
  readonly extensions?: Readonly<Record<string, unknown>>;
  /** More headers of the answer, such as `Retry-After`. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a controller throws to answer anything but 2xx. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';

  constructor(readonly about: ProblemCause) {
    super(about.detail ?? about.title);
  }

  /** The body of the answer. */
  toProblem(requestId: string): Problem {
    const { code, status, title, detail = title, retryable = false, errors, extensions } = this.about;
    return {
      ...extensions,
      type: `urn:holdfast:problem:${code}`,
      title,
      status,
      detail,
      instance: requestId,
      code,
      retryable,
      ...(errors && { errors }),
      statusCode: status,
      message: detail,
    };
  }
}
