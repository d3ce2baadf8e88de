import { isFinished } from './container.js';
import type { ContainerSnapshot, ContainerStatus } from './events.js';

/** Statuses in which a container may be pruned. */
export const prunedStatuses = ['COMPLETED', 'FAILED', 'STOPPED'] as const satisfies readonly ContainerStatus[];

type Dated = Pick<ContainerSnapshot, 'status' | 'stoppedAtMs' | 'startedAtMs'>;

/** Whether an ended container was kept for long enough. One that cannot be dated is kept for ever. */
export function isDueForPruning(container: Dated, nowMs: number, keptForMs: number): boolean {
  const endedAtMs = container.stoppedAtMs ?? container.startedAtMs;
  return isFinished(container) && endedAtMs !== null && nowMs - endedAtMs > keptForMs;
}
