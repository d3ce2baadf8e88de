import type { HealthStatus } from '../../../application/health/health-watch.js';
import type { LivenessStatus } from '../../../application/liveness/liveness.js';
import { successRate } from '../../../domain/health/watch.js';
import type { Repair } from '../../../domain/sweep/repairs.js';
import type { RefusalCounts } from '../asking/refusal-counts.js';

export function livenessBody({ monitor, sweep }: LivenessStatus, health: HealthStatus, refusals: RefusalCounts) {
  const { lastRun: swept, ...sweeping } = sweep;
  return {
    monitor,
    sweep: { ...sweeping, lastRun: swept && { ...swept, repaired: swept.repaired.map(repairBody) } },
    health: healthBody(health),
    refusals: { sinceMs: refusals.sinceMs, counts: refusals.counts() },
  };
}

function healthBody({ rules, lastCheckAtMs, watch, fast, stuck }: HealthStatus) {
  const { ships, ...counts } = watch;
  return {
    ...rules,
    lastCheckAtMs,
    recoveries: { ...counts, successRate: successRate(watch) },
    watched: [...ships].map(([ship, watched]) => ({ ship, ...watched })),
    fast: fast.map(({ containerId, averageMs }) => ({ container: containerId, averageMs })),
    stuck,
  };
}

/** One form for what was done to a lease and for what was done to a container. */
function repairBody(repair: Repair) {
  const { type, token, reason, detail } = repair;
  const about =
    'resource' in repair
      ? { resource: repair.resource, holder: repair.holder.id }
      : { resource: null, holder: repair.containerId };
  return { type, ...about, token, reason, detail };
}
