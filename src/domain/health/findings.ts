import type { ContainerSnapshot } from '../container/events.js';

/** Whether a look is due; one that never was is. */
export function isDue(lastAtMs: number | null, nowMs: number, intervalMs: number): boolean {
  return lastAtMs === null || nowMs - lastAtMs >= intervalMs;
}

type Paced = Pick<ContainerSnapshot, 'status' | 'maxIterations' | 'iterationInAttempt' | 'attemptStartedAtMs'>;

/** How long an iteration of a container without end takes on average, where that is suspiciously little. Milliseconds. */
export function tooFast(
  { status, maxIterations, iterationInAttempt, attemptStartedAtMs }: Paced,
  nowMs: number,
  leastMs: number,
): number | undefined {
  if (status !== 'RUNNING' || maxIterations !== -1 || iterationInAttempt === 0) return undefined;
  if (attemptStartedAtMs === null) return undefined;
  const averageMs = (nowMs - attemptStartedAtMs) / iterationInAttempt;
  return averageMs < leastMs ? averageMs : undefined;
}

export interface Flight {
  /** IN_TRANSIT, or where it is. */
  readonly status: string;
  readonly departureMs: number;
  readonly arrivalMs: number;
}

export interface StuckFlight {
  readonly severity: 'warning' | 'critical';
  readonly overdueMs: number;
}

/**
 * A ship that is still in flight though it should have arrived long ago; at once, and worse, where whoever flew it had
 * completed its way (`completedAtMs`, null: nobody had).
 */
export function stuckFlight(
  { status, departureMs, arrivalMs }: Flight,
  completedAtMs: number | null,
  nowMs: number,
  stuckAfterMs: number,
): StuckFlight | undefined {
  if (status !== 'IN_TRANSIT') return undefined;
  const overdueMs = nowMs - arrivalMs;
  if (completedAtMs !== null && completedAtMs >= departureMs) return { severity: 'critical', overdueMs };
  return overdueMs > stuckAfterMs ? { severity: 'warning', overdueMs } : undefined;
}
