import { isFinished, isRunning, isStopping } from '../container/container.js';
import type { ContainerSnapshot } from '../container/events.js';

/**
 * What a container's work looks like. A heartbeat proves a process and says nothing here.
 * - `PROGRESS`: it moved lately.
 * - `IDLE`: nothing is to be expected of it now: it said so, waits for its next attempt, or does not run.
 * - `BLOCKED`: it runs, and has not moved for longer than it said.
 */
export const verdicts = ['PROGRESS', 'IDLE', 'BLOCKED'] as const;
export type Verdict = (typeof verdicts)[number];

export interface Moved {
  /** When its cursor, or its history, last moved. */
  readonly atMs: number;
  /** It announced that it will not move before; null: it did not. */
  readonly quietUntilMs: number | null;
}

/** @param patienceMs how long it may not move without having said so */
export function verdictOf(
  container: Pick<ContainerSnapshot, 'status' | 'backOff'>,
  moved: Moved,
  nowMs: number,
  patienceMs: number,
): Verdict {
  const works =
    (isRunning(container) || isStopping(container) || container.status === 'STARTING') && !container.backOff;
  if (!works || isFinished(container)) return 'IDLE';
  if (moved.quietUntilMs !== null && nowMs < moved.quietUntilMs) return 'IDLE';
  return nowMs - Math.max(moved.atMs, moved.quietUntilMs ?? 0) <= patienceMs ? 'PROGRESS' : 'BLOCKED';
}
