import { decided, type Aggregate, type Decision } from '../kernel/decider.js';
import type { Json } from '../kernel/json.js';
import { streamName } from '../streams.js';

/** The answer that an `Idempotency-Key` was given, so that the same key is answered alike. Stored: add, never rename. */
export type RequestEvent = {
  readonly type: 'RequestAnswered';
  /** SHA-256 of method, path and body. */
  readonly fingerprint: string;
  readonly status: number;
  readonly body: Json;
  readonly atMs: number;
};

export type RequestState = Omit<RequestEvent, 'type'> | null;

export const request: Aggregate<RequestState, RequestEvent> = {
  initial: null,
  evolve: (_state, { type: _type, ...answer }) => answer,
  opensChapter: () => true,
  chapterOf: () => undefined,
};

/** `keyHash` is the SHA-256 of the asker and the key: no key text reaches a stream name. */
export function requestStream(keyHash: string): string {
  return streamName('request', keyHash);
}

export interface GivenAnswer {
  readonly status: number;
  readonly body: Json;
}

export type Standing =
  | { readonly type: 'Answered'; readonly answer: GivenAnswer }
  /** The key was used for something else. */
  | { readonly type: 'OtherRequest' };

export type EarlierAnswer = Standing | { readonly type: 'None' };

interface Asked {
  readonly fingerprint: string;
  /** An answer older than this is forgotten: its key is new. Milliseconds. */
  readonly keptForMs: number;
  readonly nowMs: number;
}

export function earlierAnswer({ fingerprint, keptForMs, nowMs }: Asked, state: RequestState): EarlierAnswer {
  if (!state || nowMs - state.atMs > keptForMs) return { type: 'None' };
  if (state.fingerprint !== fingerprint) return { type: 'OtherRequest' };
  const { status, body } = state;
  return { type: 'Answered', answer: { status, body } };
}

/** Whoever was first stands. */
export function keepAnswer(
  ask: Asked & { readonly answer: GivenAnswer },
  state: RequestState,
): Decision<Standing, RequestEvent> {
  const earlier = earlierAnswer(ask, state);
  if (earlier.type !== 'None') return decided(earlier);
  const { fingerprint, answer, nowMs } = ask;
  return decided({ type: 'Answered', answer }, { type: 'RequestAnswered', fingerprint, ...answer, atMs: nowMs });
}
