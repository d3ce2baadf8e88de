import type { GamePriority } from '../../../src/application/ports/game.js';
import { RateLimiter } from '../../../src/infrastructure/game/rate-limiter.js';
import { FakeClock } from '../../support/fake-clock.js';

describe('the turns of one account', () => {
  let clock: FakeClock;
  let limiter: RateLimiter;
  let startedMs: number;
  beforeEach(() => {
    clock = new FakeClock();
    startedMs = clock.monotonicMs();
    limiter = new RateLimiter(clock, {
      steady: { calls: 2, windowMs: 1_000 },
      burst: { calls: 3, windowMs: 60_000 },
    });
  });

  const timesOf = async (calls: number): Promise<number[]> => {
    const times: number[] = [];
    for (let call = 0; call < calls; call += 1) {
      await limiter.take();
      times.push(clock.monotonicMs() - startedMs);
    }
    return times;
  };

  it('are two a second from the steady pool, and a burst beyond it that comes back after a minute', async () => {
    const times = await timesOf(9);
    expect(times.slice(0, 5)).toEqual([0, 0, 0, 0, 0]);
    expect(times.slice(5)).toEqual([1_000, 1_000, 2_000, 2_000]);

    clock.pass(60_000);
    const later = (await timesOf(6)).map((at) => at - 62_000);
    expect(later).toEqual([0, 0, 0, 0, 0, 1_000]);
  });

  it('go to the most urgent first, and to two alike as they came', async () => {
    await timesOf(5);
    const order: string[] = [];
    const asked = (['background', 'normal', 'urgent', 'normal'] as const).map((priority: GamePriority, index) =>
      limiter.take(priority).then(() => order.push(`${priority} ${index}`)),
    );
    await Promise.all(asked);
    expect(order).toEqual(['urgent 2', 'normal 1', 'normal 3', 'background 0']);
  });

  it('wait for as long as the game asked to', async () => {
    limiter.pause(7_000);
    expect(await timesOf(1)).toEqual([7_000]);
  });

  it('follow the limits that the answers tell', async () => {
    limiter.learn(new Headers({ 'x-ratelimit-limit-per-second': '1', 'x-ratelimit-limit-burst': '1' }));
    expect(await timesOf(4)).toEqual([0, 0, 1_000, 2_000]);
    limiter.learn(new Headers({ 'x-ratelimit-limit-per-second': 'no', server: 'x' }));
    expect((await timesOf(1))[0]).toBe(3_000);
  });

  it('are given back by whoever is told to stop waiting', async () => {
    await timesOf(5);
    const enough = new AbortController();
    const left = limiter.take('urgent', enough.signal);
    const next = limiter.take('background');
    enough.abort(new Error('stopped'));
    await expect(left).rejects.toThrow('stopped');
    await next;
    expect(clock.monotonicMs() - startedMs).toBe(1_000);
    await expect(limiter.take('urgent', enough.signal)).rejects.toThrow('stopped');
  });
});
