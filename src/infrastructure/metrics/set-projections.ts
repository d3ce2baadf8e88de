import type { ProjectionStatus } from '../../application/ports/views.js';
import type { Metrics } from './metrics.js';

/** What is not known is left out: no number stands for "cannot be asked". */
export function setProjections(metrics: Metrics, statuses: readonly ProjectionStatus[]): void {
  const { projectionPosition, projectionLagEvents, projectionLagSeconds } = metrics;
  const { projectionParked, projectionRole, projectionReaderAlive } = metrics;
  const all = [projectionPosition, projectionLagEvents, projectionLagSeconds, projectionParked];
  for (const gauge of [...all, projectionRole, projectionReaderAlive]) gauge.reset();
  for (const { view: name, role, readerAlive, position, lagEvents, lagMs, parked } of statuses) {
    if (position !== null) projectionPosition.set({ name }, Number(position));
    if (lagEvents !== null) projectionLagEvents.set({ name }, lagEvents);
    if (lagMs !== null) projectionLagSeconds.set({ name }, lagMs / 1_000);
    if (readerAlive !== null) projectionReaderAlive.set({ name }, Number(readerAlive));
    projectionParked.set({ name }, parked);
    projectionRole.set({ name, role }, 1);
  }
}
