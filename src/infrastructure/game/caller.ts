import type { z } from 'zod';
import { faultWords, toldFaults } from '../../application/fault-words.js';
import type { Clock } from '../../application/ports/clock.js';
import {
  EraChanged,
  GameOutcomeUnknown,
  GameRefused,
  GameUnavailable,
  type CallOptions,
} from '../../application/ports/game.js';
import type { JsonObject } from '../../domain/kernel/json.js';
import { unwatched, type CallWatch } from './call-watch.js';
import * as contract from './contract.js';
import type { RateLimiter } from './rate-limiter.js';
import { refusedOf, tellsOfReset } from './refusals.js';

export interface CallerOptions {
  /** With the version, without a slash at its end: https://api.spacetraders.io/v2 */
  readonly baseUrl: string;
  readonly token: string | undefined;
  /** For one answer. */
  readonly timeoutMs: number;
  /** Waits before the repeats of what may be repeated. */
  readonly retryDelaysMs: readonly number[];
}

export interface Call {
  readonly method: 'GET' | 'POST' | 'PATCH';
  /** Behind the base URL, every part of it encoded. */
  readonly path: string;
  readonly body?: JsonObject;
  /** To make the change twice is to make it once. Every GET is. */
  readonly repeatable?: boolean;
}

type Attempt =
  | { readonly type: 'Answered'; readonly body: unknown }
  /** Nothing was changed: it never got there, or was turned away before anything was done. */
  | { readonly type: 'NotDone'; readonly why: string; readonly afterMs: number | null }
  | { readonly type: 'Unknown'; readonly why: string };

const mostTurnedAway = 20;

/** Makes single calls of the game's API, as often as that is harmless. The token is in no message. */
export class Caller {
  #skewMs = 0;

  constructor(
    private readonly options: CallerOptions,
    private readonly limiter: RateLimiter,
    private readonly clock: Clock,
    private readonly watch: CallWatch = unwatched,
  ) {}

  /** The game's clock less this machine's, as far as its answers tell. */
  get skewMs(): number {
    return this.#skewMs;
  }

  /** Gives the answer's body as the schema reads it. */
  async call<S extends z.ZodType>(schema: S, call: Call, options: CallOptions = {}): Promise<z.output<S>> {
    const body = await this.#answer(call, options);
    const read = schema.safeParse(body, { error: faultWords });
    if (read.success) return read.data;
    const why = `the answer to ${call.method} ${call.path} is not understood: ${toldFaults(read.error)}`;
    throw call.method === 'GET' ? new GameUnavailable(why) : new GameOutcomeUnknown(why);
  }

  async #answer(call: Call, { priority, signal, sendBeforeMs = Infinity }: CallOptions): Promise<unknown> {
    const repeatable = call.method === 'GET' || call.repeatable === true;
    const delays = [...this.options.retryDelaysMs];
    let mayBeDone = false;
    /** How to end without an answer: what one try may have changed, no later one takes back. */
    const unanswered = (what: string) => (mayBeDone ? new GameOutcomeUnknown(what) : new GameUnavailable(what));
    for (let turnedAway = 0; ;) {
      const askedAtMs = this.clock.monotonicMs();
      await this.limiter.take(priority, signal);
      this.watch.waited(this.clock.monotonicMs() - askedAtMs);
      if (this.clock.monotonicMs() > sendBeforeMs) {
        throw unanswered(`${call.method} ${call.path}: its turn came too late`);
      }
      const attempt = await this.#attempt(call, call.method === 'GET' ? signal : undefined).catch((error: unknown) => {
        throw mayBeDone && error instanceof GameRefused ? unanswered(error.message) : error;
      });
      if (attempt.type === 'Answered') return attempt.body;
      const what = `${call.method} ${call.path}: ${attempt.why}`;
      mayBeDone ||= attempt.type === 'Unknown' && call.method !== 'GET';
      if (mayBeDone && !repeatable) throw unanswered(what);
      if (attempt.type === 'NotDone' && attempt.afterMs !== null && turnedAway++ < mostTurnedAway) {
        this.limiter.pause(attempt.afterMs);
        continue;
      }
      const delayMs = delays.shift();
      if (delayMs === undefined) throw unanswered(what);
      await this.clock.sleep(delayMs, signal);
      signal?.throwIfAborted();
    }
  }

  async #attempt(call: Call, signal: AbortSignal | undefined): Promise<Attempt> {
    const timeout = AbortSignal.timeout(this.options.timeoutMs);
    const sent = await this.#send(call, signal ? AbortSignal.any([signal, timeout]) : timeout).catch(
      (error: unknown): Attempt => {
        signal?.throwIfAborted();
        const { code, message } = causeOf(error);
        const wasSent = timeout.aborted || !beforeSending.has(code);
        this.watch.ended(wasSent ? 'no_answer' : 'no_connection');
        if (timeout.aborted) return { type: 'Unknown', why: `no answer within ${this.options.timeoutMs} ms` };
        return !wasSent ? { type: 'NotDone', why: message, afterMs: null } : { type: 'Unknown', why: message };
      },
    );
    return 'type' in sent ? sent : this.#judge(sent.response, sent.text);
  }

  /** Rejects when the connection cannot be made or does not hold until the whole answer is there. */
  async #send({ method, path, body }: Call, signal: AbortSignal) {
    const { baseUrl, token } = this.options;
    const headers: Record<string, string> = { accept: 'application/json' };
    if (token !== undefined) headers['authorization'] = `Bearer ${token}`;
    if (method !== 'GET') headers['content-type'] = 'application/json';
    const text = method === 'GET' ? {} : { body: JSON.stringify(body ?? {}) };
    const response = await fetch(`${baseUrl}${path}`, { method, headers, ...text, signal, redirect: 'error' });
    return { response, text: await response.text() };
  }

  #judge({ status, ok, headers }: Response, text: string): Attempt {
    this.watch.ended(`${status}`);
    this.#noteClock(headers);
    this.limiter.learn(headers);
    const body = parsed(text);
    if (ok && body !== undefined) return { type: 'Answered', body };
    const read = contract.refusal.safeParse(body);
    // Somebody on the way may say 404 as well: only the game's own form has the game's own codes.
    const { code, message, data } = read.success ? read.data.error : { code: 0, message: '', data: null };
    if (tellsOfReset(status, code, data ?? {})) throw new EraChanged(message || 'the universe was reset');
    if (status === 429) return { type: 'NotDone', why: 'too many calls', afterMs: retryAfterMs(headers) };
    // Of what failed on the way nobody knows whether it was done before it failed.
    if (status >= 500 || ok) return { type: 'Unknown', why: message || `status ${status}` };
    throw refusedOf(code, message || `status ${status}`, data ?? {}, this.#skewMs);
  }

  /** The header counts whole seconds: less than two of difference are none. */
  #noteClock(headers: Headers): void {
    const dateMs = Date.parse(headers.get('date') ?? '');
    if (Number.isNaN(dateMs)) return;
    const skewMs = dateMs + 500 - this.clock.nowMs();
    this.#skewMs = Math.abs(skewMs) < 2_000 ? 0 : skewMs;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

const unannouncedPauseMs = 5_000;

function retryAfterMs(headers: Headers): number {
  const seconds = Number(headers.get('retry-after') ?? NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.max(50, seconds * 1_000) : unannouncedPauseMs;
}

function causeOf(error: unknown): { readonly code: string; readonly message: string } {
  const { message, cause } = error as Error & { cause?: Error & { code?: string } };
  return { code: cause?.code ?? '', message: cause?.message ?? message };
}

/** Of a connection that was never there. */
const beforeSending = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']);
