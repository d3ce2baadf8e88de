import { systemClock } from '../../src/infrastructure/clock.js';

describe('the clock', () => {
  it('tells wall time in milliseconds', () => {
    expect(Math.abs(systemClock.nowMs() - Date.now())).toBeLessThan(1000);
  });

  it('sleeps for the time asked', async () => {
    const from = systemClock.monotonicMs();
    await systemClock.sleep(30);
    expect(systemClock.monotonicMs() - from).toBeGreaterThanOrEqual(29);
  });

  it('does not sleep when there is nothing to wait for, or the signal is aborted already', async () => {
    const from = systemClock.monotonicMs();
    await systemClock.sleep(0);
    await systemClock.sleep(60_000, AbortSignal.abort());
    expect(systemClock.monotonicMs() - from).toBeLessThan(1000);
  });

  it('wakes at once when the signal is aborted', async () => {
    const from = systemClock.monotonicMs();
    const stop = new AbortController();
    const sleeping = systemClock.sleep(60_000, stop.signal);
    stop.abort();
    await sleeping;
    expect(systemClock.monotonicMs() - from).toBeLessThan(1000);
  });

  it('can sleep longer than one timer holds', async () => {
    const stop = new AbortController();
    let awake = false;
    const sleeping = systemClock.sleep(2 ** 40, stop.signal).then(() => (awake = true));
    await systemClock.sleep(20);
    expect(awake).toBe(false);
    stop.abort();
    await sleeping;
  });
});
