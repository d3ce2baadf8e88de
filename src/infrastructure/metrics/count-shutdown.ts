import type { ShutdownManifest } from '../../domain/instance/instance.js';
import type { Metrics } from './metrics.js';

/** How a shutdown went, up to the moment when nothing more can be asked of this process. */
export function countShutdown(
  { shutdownDuration, cancelled }: Metrics,
  durationMs: number,
  manifest: Pick<ShutdownManifest, 'cut' | 'unwritten'> | undefined,
): void {
  shutdownDuration.observe(durationMs / 1_000);
  cancelled.inc({ operation: 'container_run' }, manifest?.cut.length ?? 0);
  cancelled.inc({ operation: 'task_update' }, manifest?.unwritten.length ?? 0);
}
