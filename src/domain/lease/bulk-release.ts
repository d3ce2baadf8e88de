import type { Hold, Obligation } from './events.js';
import { isReservation } from './lease.js';
import type { PlannedRelease } from './planned-release.js';
import type { ReleaseReason } from './reasons.js';
import type { LeaseRefusal } from './refusals.js';
import type { Resource } from './resource.js';

/** Which leases are meant; what is null does not narrow. Never more than one player's. */
export interface BulkSelector {
  readonly player: number;
  readonly holderId: string | null;
  readonly ships: readonly string[] | null;
  readonly operation: string | null;
  /** Only what has been held for longer than this. Milliseconds. */
  readonly olderThanMs: number | null;
}

export interface BulkRelease {
  readonly selector: BulkSelector;
  readonly reason: ReleaseReason;
  readonly detail: string;
  readonly nowMs: number;
}

export interface SelectableLease {
  readonly resource: Resource;
  readonly hold: Hold | null;
  readonly obligations: readonly Obligation[];
}

/** It is meant, and stays: what a release of it would be refused with. */
export interface KeptInBulk extends PlannedRelease {
  readonly refusal: Extract<LeaseRefusal, { readonly type: 'Laden' | 'ReservedByOperator' }>;
}

export interface BulkPlan {
  /** A holder that lives loses its lease this way: it must be ended first, as when a lease is broken. */
  readonly releases: readonly PlannedRelease[];
  readonly kept: readonly KeptInBulk[];
}

/** What a bulk release would do: the same plan is shown as the preview and carried out. Reservations stay. */
export function planBulkRelease(leases: readonly SelectableLease[], ask: BulkRelease): BulkPlan {
  const releases: PlannedRelease[] = [];
  const kept: KeptInBulk[] = [];
  for (const { resource, hold, obligations } of leases) {
    if (!hold || !isMeant(resource, hold, ask)) continue;
    const { reason, detail } = ask;
    const one = { resource, holder: hold.holder, token: hold.token, reason, detail };
    if (isReservation(hold)) kept.push({ ...one, refusal: { type: 'ReservedByOperator', resource, hold } });
    else if (obligations.length > 0) kept.push({ ...one, refusal: { type: 'Laden', resource, obligations } });
    else releases.push(one);
  }
  return { releases, kept };
}

function isMeant({ kind, scope, name }: Resource, hold: Hold, { selector, nowMs }: BulkRelease): boolean {
  const { player, holderId, ships, operation, olderThanMs } = selector;
  return (
    kind === 'ship' &&
    scope === String(player) &&
    (holderId === null || hold.holder.id === holderId) &&
    (ships === null || ships.includes(name)) &&
    (operation === null || hold.operation === operation) &&
    (olderThanMs === null || nowMs - hold.sinceMs > olderThanMs)
  );
}
