import type { FleetCounts } from '../../application/queries/fleet-counts.js';
import type { Metrics } from './metrics.js';

/** Undefined: the views could not say, and no old number stands for a new one. */
export function setFleet(metrics: Metrics, counts: FleetCounts | undefined, nowMs: number): void {
  const { leaseActive, leaseReserved, leaseOldestAge, effectsOpen, inDoubt, obligationsOpen } = metrics;
  const { containers, containersRunning } = metrics;
  for (const gauge of [leaseActive, leaseReserved, leaseOldestAge, containers, containersRunning]) gauge.reset();
  for (const gauge of [effectsOpen, inDoubt, obligationsOpen]) gauge.remove();
  if (!counts) return;
  for (const { kind, active, reserved, oldestSinceMs } of counts.leases) {
    leaseActive.set({ kind }, active);
    leaseReserved.set({ kind }, reserved);
    leaseOldestAge.set({ kind }, oldestSinceMs === null ? 0 : Math.max(0, nowMs - oldestSinceMs) / 1_000);
  }
  effectsOpen.set(counts.effects.open);
  inDoubt.set(counts.effects.overdue);
  obligationsOpen.set(counts.obligations);
  for (const { player, containerType, status, count } of counts.containers) {
    const labels = { player_id: String(player), container_type: containerType };
    containers.set({ ...labels, status }, count);
    if (status === 'RUNNING') containersRunning.set(labels, count);
  }
}
