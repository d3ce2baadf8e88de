import type { LockRepair } from '../../domain/sweep/lock-repair.js';
import { saidOf, type Resource } from '../../domain/lease/resource.js';
import type { Lock } from '../queries/locks.js';

/** As the scripts of the agents look for it. */
export function cleanupLine(resource: Resource, why: string): string {
  return `CLEANUP: ${saidOf(resource)} - ${why}`;
}

export function repairLine({ type, resource, holder, reason, detail }: LockRepair): string {
  if (type !== 'TellWork') return cleanupLine(resource, detail);
  return cleanupLine(resource, `Lock of ${holder.id} is gone (${reason}): it may be claimed again`);
}

export function staleLine({ resource, owner, holder, sinceMs }: Lock, nowMs: number): string {
  const ageS = Math.floor((nowMs - (sinceMs ?? nowMs)) / 1_000);
  return cleanupLine(resource, `Stale lock (${ageS}s old, owner: ${owner ?? holder?.id ?? ''})`);
}

export function cleanedLine(count: number): string {
  return `Cleaned ${count} lock(s)`;
}
