import { RateLimit } from '../../../src/embedded/universe/http/rate-limit.js';

const start = 1_000_000;
const allowed = (limit: RateLimit, at: number, calls: number, account?: string, address = 'here') =>
  Array.from({ length: calls }, () => limit.ask(address, account, start + at)).filter((each) => each.allowed).length;

describe('the allowance of an address', () => {
  it('is 2 calls that come back after a second, and 30 that come back after a minute', () => {
    const limit = new RateLimit();
    expect(allowed(limit, 0, 50)).toBe(32);
    expect(allowed(limit, 999, 5)).toBe(0);
    expect(allowed(limit, 1_000, 5)).toBe(2);
    expect(allowed(limit, 59_999, 5)).toBe(2);
    expect(allowed(limit, 61_000, 50)).toBe(32);
  });

  it('counts from the first call that used it, and says when there is a call again', () => {
    const limit = new RateLimit();
    allowed(limit, 400, 32);
    expect(limit.ask('here', undefined, start + 500)).toEqual({
      ...{ allowed: false, type: 'IP Address', remaining: 0, resetAt: start + 1_400 },
    });
  });

  it('is not touched by a call that is refused for its account', () => {
    const limit = new RateLimit();
    expect(allowed(limit, 0, 32, 'AGENT', 'there')).toBe(32);
    const { allowed: passes, type } = limit.ask('here', 'AGENT', start);
    expect([passes, type]).toEqual([false, 'Account']);
    expect(allowed(limit, 0, 50)).toBe(32);
  });
});
