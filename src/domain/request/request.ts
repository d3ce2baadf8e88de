import type { Aggregate } from '../kernel/decider.js';
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
