import { isReservation } from './lease.js';
import type { ReleaseReason } from './reasons.js';
import type { KeptLaden, OfHold, SweptLease } from './repairs.js';

/** Which leases are meant; what is null does not narrow. Never more than one player's. */
export interface BulkSelector {
  readonly player: number;
  readonly holderId: string | null;
  readonly ships: readonly string[] | null;
}

export interface BulkRelease {
  readonly selector: BulkSelector;
  readonly reason: ReleaseReason;
  readonly detail: string;
}

export interface BulkPlan {
  /** A holder that lives loses its lease this way: it must be ended first, as when a lease is broken. */
  readonly releases: readonly OfHold[];
  readonly kept: readonly KeptLaden[];
}

/** What a bulk release would do: the same plan is shown as the preview and carried out. Reservations stay. */
export function planBulkRelease(
  leases: readonly Pick<SweptLease, 'resource' | 'hold' | 'obligations'>[],
  { selector, reason, detail }: BulkRelease,
): BulkPlan {
  const releases: OfHold[] = [];
  const kept: KeptLaden[] = [];
  for (const { resource, hold, obligations } of leases) {
    if (resource.kind !== 'ship' || resource.scope !== String(selector.player)) continue;
    if (!hold || isReservation(hold)) continue;
    if (selector.holderId !== null && hold.holder.id !== selector.holderId) continue;
    if (selector.ships !== null && !selector.ships.includes(resource.name)) continue;
    const one = { resource, holder: hold.holder, token: hold.token, reason, detail };
    if (obligations.length > 0) kept.push({ ...one, obligations });
    else releases.push(one);
  }
  return { releases, kept };
}
