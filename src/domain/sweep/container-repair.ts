import { containerToken, isFinished } from '../container/container.js';
import type { ContainerRepair, SweepRules, SweptContainer, SweptHold, SweptLease } from './repairs.js';
import { leaseStream } from '../lease/resource.js';

/** What one container calls for: at most one thing at a time. */
export function containerRepair(
  container: SweptContainer,
  leases: ReadonlyMap<string, SweptLease>,
  nowMs: number,
  { repairGraceMs, stopGraceMs }: SweepRules,
): ContainerRepair | undefined {
  const { containerId, status, attemptStartedAtMs, updatedAtMs, stopReason } = container;
  if (isFinished(container)) return undefined;
  const of = { containerId, token: containerToken(container) };
  if (status === 'STOPPING') {
    if (nowMs - updatedAtMs < stopGraceMs) return undefined;
    return { type: 'FinishStop', ...of, reason: stopReason ?? 'stopped', detail: 'did not answer the stop' };
  }

  const ships = container.ships.map((ship) => standingOf(container, ship, leases));
  const held = ships.filter((each) => each.standing !== 'lost');
  const lost = ships.filter((each) => each.standing === 'lost');
  if (lost.length > 0) {
    const isFresh = nowMs - (attemptStartedAtMs ?? updatedAtMs) < repairGraceMs;
    if (!runs(container) || isFresh) return undefined;
    return { type: 'InterruptWithoutLease', ...of, reason: 'lease_lost', detail: lost.map(whyLost).join(', ') };
  }
  const newer = held.filter((each) => each.standing === 'newer');
  if (newer.length > 0) {
    if (newer.some(({ hold }) => nowMs - hold.sinceMs < repairGraceMs)) return undefined;
    const passedOn = held.map(({ ship, hold }) => ({ ship, token: hold.token }));
    const detail = newer.map(({ ship, hold }) => `${ship} passed on under token ${hold.token}`).join(', ');
    return { type: 'FinishAttempt', ...of, leases: passedOn, reason: 'half_made_restart', detail };
  }
  return undefined;
}

type Standing =
  | {
      readonly standing: 'lost';
      readonly ship: string;
      readonly hold: SweptHold | null;
      readonly known: number | undefined;
    }
  | { readonly standing: 'newer' | 'own'; readonly ship: string; readonly hold: SweptHold; readonly lease: SweptLease };

/** How a container stands to the lease of one of its ships: lost, its own, or its own for an attempt yet to begin. */
function standingOf(container: SweptContainer, ship: string, leases: ReadonlyMap<string, SweptLease>): Standing {
  const lease = leases.get(leaseStream({ kind: 'ship', scope: String(container.player), name: ship }));
  const hold = lease?.hold ?? null;
  const known = tokenKnown(container, ship);
  const isOwn = hold?.holder.kind === 'container' && hold.holder.id === container.containerId;
  if (!lease || !hold || !isOwn || hold.token < (known ?? 0)) return { standing: 'lost', ship, hold, known };
  return { standing: hold.token === known ? 'own' : 'newer', ship, hold, lease };
}

function whyLost({ ship, hold, known }: Standing & { readonly standing: 'lost' }): string {
  if (!hold) return `${ship} is not held`;
  const by = `${ship} is held by ${hold.holder.id} under token ${hold.token}`;
  return known === undefined ? by : `${by}, not ${known}`;
}

/** Somebody is expected to work. */
function runs({ status }: SweptContainer): boolean {
  return status === 'RUNNING' || status === 'STARTING';
}

export function tokenKnown({ leases }: SweptContainer, ship: string): number | undefined {
  return leases.find((lease) => lease.ship === ship)?.token;
}
