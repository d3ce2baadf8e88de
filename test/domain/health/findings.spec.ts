import { isDue, stuckFlight, tooFast } from '../../../src/domain/health/findings.js';

const at = (clock: string): number => Date.parse(`2026-01-31T${clock}:00Z`);
const minute = 60_000;

describe('a look at the fleet', () => {
  it.each([
    ['[A341a] two minutes after the last one, every five', at('10:00'), at('10:02'), 5 * minute, false],
    ['[A341b] six minutes after the last one, every five', at('10:00'), at('10:06'), 5 * minute, true],
    ['[A341c] when there never was one', null, at('10:00'), 5 * minute, true],
    ['[A341d] 30 s after the last one, every minute', at('10:00'), at('10:00') + 30_000, minute, false],
    ['[A341d] 65 s after the last one, every minute', at('10:00'), at('10:00') + 65_000, minute, true],
  ])('%s: due or not', (_when, last, now, intervalMs, due) => {
    expect(isDue(last, now, intervalMs)).toBe(due);
  });
});

describe('a container without end', () => {
  const nowMs = at('10:00');
  const paced = (iterations: number, runtimeMs: number | null, more: object = {}) =>
    tooFast(
      {
        status: 'RUNNING',
        maxIterations: -1,
        iterationInAttempt: iterations,
        attemptStartedAtMs: runtimeMs === null ? null : nowMs - runtimeMs,
        ...more,
      },
      nowMs,
      5_000,
    );

  it('[A343a, A343b] is suspiciously fast under 5 s an iteration', () => {
    expect(paced(120, 300_000)).toBe(2_500);
    expect(paced(50, 120_000)).toBe(2_400);
  });

  it('[A343c] is not at 5 s or more', () => {
    expect(paced(10, 100_000)).toBeUndefined();
    expect(paced(20, 100_000)).toBeUndefined();
  });

  it('[A343d] is not when it has an end, has not begun, has done nothing yet, or does not run', () => {
    expect(paced(120, 300_000, { maxIterations: 10 })).toBeUndefined();
    expect(paced(120, null)).toBeUndefined();
    expect(paced(0, 300_000)).toBeUndefined();
    for (const status of ['STOPPED', 'INTERRUPTED', 'COMPLETED', 'STOPPING'] as const) {
      expect(paced(120, 300_000, { status })).toBeUndefined();
    }
  });
});

describe('a ship in flight', () => {
  const nowMs = at('10:00');
  const flight = (overdueMs: number, status = 'IN_TRANSIT') => ({
    status,
    departureMs: nowMs - 1_000_000,
    arrivalMs: nowMs - overdueMs,
  });

  it('[A345a, A345b] is stuck when its arrival is longer ago than allowed', () => {
    expect(stuckFlight(flight(600_000), null, nowMs, 300_000)).toEqual({ severity: 'warning', overdueMs: 600_000 });
    expect(stuckFlight(flight(200_000), null, nowMs, 300_000)).toBeUndefined();
    expect(stuckFlight(flight(300_000), null, nowMs, 300_000)).toBeUndefined();
    expect(stuckFlight(flight(600_000, 'IN_ORBIT'), null, nowMs, 300_000)).toBeUndefined();
  });

  it('[A345c] is stuck at once where its way was completed, but not by whoever flew it before', () => {
    expect(stuckFlight(flight(1), nowMs, nowMs, 300_000)).toEqual({ severity: 'critical', overdueMs: 1 });
    expect(stuckFlight(flight(1), nowMs - 1_000_001, nowMs, 300_000)).toBeUndefined();
  });
});
