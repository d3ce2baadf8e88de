import { Refusal, Unreachable, type Problem } from './errors.js';

/** Milliseconds of a clock that nobody sets. */
export const nowMs = (): number => performance.now();

export interface RequestsOptions {
  /** Where Holdfast listens, without a path. */
  readonly url: string;
  /** Sent with every request. */
  readonly headers: Readonly<Record<string, string>>;
  /** How long one try may take. */
  readonly tryMs: number;
  /** How long a request is repeated that gets no answer. */
  readonly patienceMs: number;
  readonly fetch: typeof fetch;
}

export interface Ask {
  /** The name of the intent: however often it is sent, it has one effect and one answer. */
  readonly key?: string;
  readonly tryMs?: number;
  readonly patienceMs?: number;
  /** No further try once it is aborted; the one that is under way is waited for. */
  readonly signal?: AbortSignal | undefined;
}

export interface Told<T> {
  readonly answer: T;
  /** When it was asked for first, by `nowMs`: Holdfast cannot have decided it before that. */
  readonly askedAtMs: number;
}

/** Sends requests until they are answered. */
export class Requests {
  constructor(private readonly options: RequestsOptions) {}

  /**
   * @throws Refusal when the answer is no; Unreachable when there is none within the patience
   */
  async post<T>(path: string, body: object, ask: Ask = {}): Promise<Told<T>> {
    const { key, signal, tryMs = this.options.tryMs, patienceMs = this.options.patienceMs } = ask;
    const askedAtMs = nowMs();
    for (let tries = 1; ; tries += 1) {
      signal?.throwIfAborted();
      let retryAfterMs = 0;
      let failure: unknown;
      try {
        const reply = await this.#once(path, body, key, tryMs);
        if (reply.ok) return { answer: reply.body as T, askedAtMs };
        const problem = problemOf(reply);
        if (!isPassing(problem)) throw new Refusal(problem);
        failure = new Refusal(problem);
        retryAfterMs = reply.retryAfterMs;
      } catch (error) {
        if (error instanceof Refusal) throw error;
        failure = error;
      }
      const pauseMs = Math.max(retryAfterMs, Math.min(2_000, 50 * 2 ** tries));
      if (nowMs() + pauseMs - askedAtMs > patienceMs) {
        throw new Unreachable(`no answer to POST ${path} after ${tries} tries`, { cause: failure });
      }
      await pause(pauseMs, signal);
    }
  }

  async #once(path: string, body: object, key: string | undefined, tryMs: number): Promise<Reply> {
    const { url, headers, fetch } = this.options;
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), tryMs);
    try {
      const response = await fetch(`${url}/api/v1/${path}`, {
        method: 'POST',
        headers: {
          ...headers,
          'content-type': 'application/json',
          ...(key !== undefined && { 'idempotency-key': key }),
        },
        body: JSON.stringify(body),
        signal: stop.signal,
      });
      const text = await response.text();
      const isJson = response.headers.get('content-type')?.includes('json') === true;
      return {
        ok: response.ok,
        status: response.status,
        body: isJson || response.ok ? (JSON.parse(text) as unknown) : null,
        retryAfterMs: 1_000 * (Number(response.headers.get('retry-after')) || 0),
      };
    } finally {
      clearTimeout(timer);
    }
  }
}

interface Reply {
  readonly ok: boolean;
  readonly status: number;
  readonly body: unknown;
  readonly retryAfterMs: number;
}

/** Something between here and Holdfast may answer in its own words. */
function problemOf({ status, body }: Reply): Problem {
  if (typeof body === 'object' && body !== null && 'code' in body) return body as Problem;
  const title = `HTTP ${status}`;
  return { type: 'about:blank', title, status, detail: title, code: `http-${status}`, retryable: status >= 500 };
}

/** Whether it is worth asking again at once: not where only time, or somebody else, can change the answer. */
function isPassing({ status, code, retryable }: Problem): boolean {
  return status === 408 || status === 429 || code === 'conflict' || (status >= 500 && retryable);
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done);
  });
}

/** A name that nothing else has. */
export function uniqueName(): string {
  const { crypto } = globalThis as { readonly crypto?: { randomUUID?: () => string } };
  const chance = () => Math.random().toString(36).slice(2);
  return crypto?.randomUUID?.() ?? `${Date.now().toString(36)}-${chance()}${chance()}`;
}
