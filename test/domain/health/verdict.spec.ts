import { containerStatuses, type ContainerStatus } from '../../../src/domain/container/events.js';
import { verdictOf } from '../../../src/domain/health/verdict.js';

const nowMs = 1_000_000;
const patienceMs = 10_000;
const verdict = (
  status: ContainerStatus,
  movedAgoMs: number,
  quietUntilMs: number | null = null,
  backOff: { notBeforeMs: number; error: string } | null = null,
) => verdictOf({ status, backOff }, { atMs: nowMs - movedAgoMs, quietUntilMs }, nowMs, patienceMs);

describe('the verdict on a container', () => {
  it('is PROGRESS while it moves, and BLOCKED when it has not for too long', () => {
    expect(verdict('RUNNING', 0)).toBe('PROGRESS');
    expect(verdict('RUNNING', patienceMs)).toBe('PROGRESS');
    expect(verdict('RUNNING', patienceMs + 1)).toBe('BLOCKED');
    expect(verdict('STOPPING', patienceMs + 1)).toBe('BLOCKED');
  });

  it('is IDLE while it said that nothing will move, and counts from there', () => {
    expect(verdict('RUNNING', 500_000, nowMs + 1)).toBe('IDLE');
    expect(verdict('RUNNING', 500_000, nowMs - patienceMs)).toBe('PROGRESS');
    expect(verdict('RUNNING', 500_000, nowMs - patienceMs - 1)).toBe('BLOCKED');
  });

  it('is IDLE where nothing runs', () => {
    const runs: readonly ContainerStatus[] = ['STARTING', 'RUNNING', 'STOPPING'];
    for (const status of containerStatuses) {
      expect(verdict(status, 900_000)).toBe(runs.includes(status) ? 'BLOCKED' : 'IDLE');
    }
    expect(verdict('RUNNING', 900_000, null, { notBeforeMs: nowMs + 5, error: 'no fuel' })).toBe('IDLE');
  });
});
