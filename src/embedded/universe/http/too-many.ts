import { limits, type Verdict } from './rate-limit.js';

type Said = Pick<Verdict, 'type' | 'remaining' | 'resetAt'>;

export function limitHeaders({ type, remaining, resetAt }: Said): Record<string, string> {
  return {
    'x-ratelimit-type': type,
    'x-ratelimit-limit-burst': String(limits.burst),
    'x-ratelimit-limit-per-second': String(limits.perSecond),
    'x-ratelimit-remaining': String(remaining),
    'x-ratelimit-reset': new Date(resetAt).toISOString(),
  };
}

/** So that clients that hold themselves back learn that they need not. */
export const noLimitHeaders = { 'x-ratelimit-limit-burst': '1000000', 'x-ratelimit-limit-per-second': '1000000' };

/** The answer 429 of the game. */
export function tooMany({ type, remaining, resetAt }: Said, now: number) {
  const retryAfter = Math.max(1, Math.ceil((resetAt - now) / 1000));
  return {
    headers: { 'retry-after': String(retryAfter), ...limitHeaders({ type, remaining, resetAt }) },
    body: {
      error: {
        ...{ message: 'You have reached your API limit.', code: 429 },
        data: {
          ...{ type, retryAfter, limitBurst: limits.burst, limitPerSecond: limits.perSecond, remaining },
          reset: new Date(resetAt).toISOString(),
        },
      },
    },
  };
}
