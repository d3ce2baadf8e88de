import { Exchange } from './exchange.js';
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
  readonly #socket: string | undefined;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(private readonly options: ApiOptions) {
    this.#socket = /^unix:(\/.+)$/.exec(options.url)?.[1];
    const address = this.#socket === undefined ? options.url : 'http://localhost';
    if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol)) {
      throw new Failure(
        2,
        `"${options.url}" is not the address of a server: it has the form http://127.0.0.1:4000, or unix:/PATH for a socket.`,
      );
    }
    const base = new URL(address);
    const { username, password } = base;
    base.username = base.password = '';
    base.pathname = base.pathname.replace(/\/?$/, '/');
    this.#base = base;
    this.#headers = {
      'user-agent': `holdfast-cli/${options.version}`,
      ...(username && {
        authorization: `Basic ${btoa(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`)}`,
      }),
    };
  }

  /** Without what may be secret in it. */
  get address(): string {
    return this.#socket === undefined ? this.#base.origin : `unix:${this.#socket}`;
  }

  get = <Body>(path: string, query: Ask['query'] = {}) => this.#ask<Body>('GET', path, { query });
  post = <Body>(path: string, ask: Ask = {}) => this.#ask<Body>('POST', path, { body: {}, ...ask });
  put = <Body>(path: string, ask: Ask) => this.#ask<Body>('PUT', path, ask);
  delete = <Body>(path: string, ask: Ask = {}) => this.#ask<Body>('DELETE', path, ask);

  /** An answer that comes line by line, each line JSON. */
  async *lines(path: string, body: unknown): AsyncGenerator<unknown> {
    const exchange = await this.#begin('POST', path, { body }, this.options.timeoutMs);
    let rest = '';
    for await (const piece of exchange.pieces()) {
      const parts = (rest + piece).split('\n');
      rest = parts.pop() ?? '';
      for (const line of parts) if (line.trim() !== '') yield parsed(line);
    }
    if (rest.trim() !== '') yield parsed(rest);
  }

  /** An answer that is no JSON, piece by piece as it comes. */
  async *pieces(path: string, query: Ask['query']): AsyncGenerator<string> {
    const ask = query === undefined ? {} : { query };
    yield* (await this.#begin('GET', path, ask, this.options.timeoutMs)).pieces();
  }

  async #ask<Body>(method: string, path: string, ask: Ask): Promise<Answer<Body>> {
    const exchange = await this.#begin(method, path, ask, this.options.timeoutMs ?? defaultTimeoutMs);
    const text = await exchange.text();
    return { body: parsed(text) as Body, text };
  }

  /** @throws Failure when the answer is anything but a success */
  async #begin(
    method: string,
    path: string,
    { query = {}, body, idempotencyKey }: Ask,
    timeoutMs: number | undefined,
  ): Promise<Exchange> {
    const url = new URL(`api/v1/${path}`, this.#base);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, Array.isArray(value) ? value.join(',') : String(value));
    }
    const headers = {
      ...this.#headers,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
    };
    const exchange = new Exchange(url, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      timeoutMs,
      socket: this.#socket,
    });
    const { status, type } = await exchange.begin();
    if (status >= 200 && status < 300) return exchange;
    throw refusal(status, type, await exchange.text());
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new Failure(1, 'What answers there is not a Holdfast: its answer is not JSON.', { cause });
  }
}

function refusal(status: number, type: string, text: string): Failure {
  if (type.startsWith('application/problem+json')) return new Refused(parsed(text) as Problem, text);
  return new Failure(1, `What answers there is not a Holdfast: it says ${status}.`);
}
