import { Failure, Refused, type Problem } from './failure.js';

export interface Answer<Body> {
  readonly body: Body;
  /** The body as it came. */
  readonly text: string;
}

export interface Ask {
  readonly query?: Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;
  readonly body?: unknown;
  readonly idempotencyKey?: string | undefined;
}

export interface ApiOptions {
  readonly url: string;
  readonly version: string;
  /** For one answer; absent: a minute, and as long as it takes for one that comes line by line. */
  readonly timeoutMs?: number | undefined;
}

const defaultTimeoutMs = 60_000;

/** Talks to a server, and turns whatever can go wrong there into a Failure. */
export class Api {
  readonly #base: URL;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(private readonly options: ApiOptions) {
    if (!URL.canParse(options.url) || !/^https?:$/.test(new URL(options.url).protocol)) {
      throw new Failure(2, `"${options.url}" is not the address of a server: it has the form http://127.0.0.1:4000.`);
    }
    const base = new URL(options.url);
    const { username, password } = base;
    base.username = base.password = '';
    this.#base = base;
    this.#headers = {
      'user-agent': `holdfast-cli/${options.version}`,
      ...(username && {
        authorization: `Basic ${btoa(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`)}`,
      }),
    };
  }

  get = <Body>(path: string, query: Ask['query'] = {}) => this.#ask<Body>('GET', path, { query });
  post = <Body>(path: string, ask: Ask = {}) => this.#ask<Body>('POST', path, { body: {}, ...ask });
  put = <Body>(path: string, ask: Ask) => this.#ask<Body>('PUT', path, ask);
  delete = <Body>(path: string, ask: Ask = {}) => this.#ask<Body>('DELETE', path, ask);

  /** An answer that comes line by line, each line JSON. */
  async *lines(path: string, body: unknown): AsyncGenerator<unknown> {
    const response = await this.#send('POST', path, { body }, this.options.timeoutMs);
    if (!response.ok) throw refusal(response, await this.#textOf(response));
    let rest = '';
    const decoder = new TextDecoder();
    for await (const chunk of this.#chunksOf(response)) {
      const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n');
      rest = parts.pop() ?? '';
      for (const line of parts) if (line.trim() !== '') yield parsed(line);
    }
    if (rest.trim() !== '') yield parsed(rest);
  }

  async #ask<Body>(method: string, path: string, ask: Ask): Promise<Answer<Body>> {
    const response = await this.#send(method, path, ask, this.options.timeoutMs ?? defaultTimeoutMs);
    const text = await this.#textOf(response);
    if (!response.ok) throw refusal(response, text);
    return { body: parsed(text) as Body, text };
  }

  async #send(
    method: string,
    path: string,
    { query = {}, body, idempotencyKey }: Ask,
    timeoutMs: number | undefined,
  ): Promise<Response> {
    const url = new URL(`api/v1/${path}`, this.#base.href.replace(/\/?$/, '/'));
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, Array.isArray(value) ? value.join(',') : String(value));
    }
    return this.#reached(
      fetch(url, {
        method,
        headers: {
          ...this.#headers,
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        ...(timeoutMs !== undefined && { signal: AbortSignal.timeout(timeoutMs) }),
        redirect: 'error',
      }),
    );
  }

  #textOf(response: Response): Promise<string> {
    return this.#reached(response.text());
  }

  async *#chunksOf(response: Response): AsyncGenerator<Uint8Array> {
    const reader = response.body?.getReader();
    for (;;) {
      const read = await this.#reached(reader?.read() ?? Promise.resolve({ done: true, value: undefined }));
      if (read.done || !read.value) return;
      yield read.value;
    }
  }

  async #reached<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (cause) {
      const { name } = cause as Error;
      if (name === 'TimeoutError') {
        const seconds = (this.options.timeoutMs ?? defaultTimeoutMs) / 1_000;
        throw new Failure(124, `No answer came within ${seconds} s; what was asked for may have been done.`, { cause });
      }
      const place = this.#base.href.replace(/\/$/, '');
      throw new Failure(
        5,
        `No Holdfast answers at ${place}: start one with "holdfast start", or name another address with --url or HOLDFAST_URL.`,
        { cause },
      );
    }
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new Failure(1, 'What answers there is not a Holdfast: its answer is not JSON.', { cause });
  }
}

function refusal(response: Response, text: string): Failure {
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json') === true;
  if (!isProblem) return new Failure(1, `What answers there is not a Holdfast: it says ${response.status}.`);
  return new Refused(parsed(text) as Problem, text);
}
