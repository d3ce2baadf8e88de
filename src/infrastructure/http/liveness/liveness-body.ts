import type { HealthStatus } from '../../../application/health/health-watch.js';
import type { AskedSweep } from '../../../application/liveness/liveness.js';
import type { ShownLiveness } from '../../../application/liveness/show-liveness.js';
import type { MonitorRun } from '../../../application/liveness/lease-monitor.js';
import { successRate } from '../../../domain/health/watch.js';
import type { LockRepair } from '../../../domain/sweep/lock-repair.js';
import type { Repair } from '../../../domain/sweep/repairs.js';
import type { RefusalCounts } from '../asking/refusal-counts.js';

export function livenessBody(
  { monitor, sweep, isWatching, watcher, rules }: ShownLiveness,
  health: HealthStatus,
  refusals: RefusalCounts,
) {
  const { lastRun: swept, ...sweeping } = sweep;
  return {
    watch: { isWatching, watcher },
    rules,
    monitor: { ...monitor, lastRun: monitor.lastRun && judgedBody(monitor.lastRun) },
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

function judgedBody({ untold, failed, ...judged }: MonitorRun) {
  return { ...judged, expired: expiredBody(judged), failed: [...failed, ...untold] };
}

function expiredBody({ expired }: Pick<MonitorRun, 'expired'>) {
  return expired.map(({ subject, silentForMs }) => ({ subject, silentForMs }));
}

export function sweptBody({ judged, swept, cleaned, lines }: AskedSweep, dryRun: boolean) {
  return {
    dryRun,
    cleaned,
    lines,
    expired: expiredBody(judged),
    amnestyLeftMs: judged.amnestyLeftMs,
    repaired: swept.repaired.map(repairBody),
    kept: swept.kept.length,
    failed: [...judged.failed, ...judged.untold, ...swept.failed],
    stale: swept.stale,
  };
}

/** One form for what was done to a lease and for what was done to a container. */
function repairBody(repair: Repair | LockRepair) {
  const { type, token, reason, detail } = repair;
  const about =
    'resource' in repair
      ? { resource: repair.resource, holder: repair.holder.id }
      : { resource: null, holder: repair.containerId };
  return { type, ...about, token, reason, detail };
}
