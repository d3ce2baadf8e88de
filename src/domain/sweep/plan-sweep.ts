import { isFinished, releaseReasonFor } from '../container/container.js';
import { containerRepair, tokenKnown } from './container-repair.js';
import { isReservation } from '../lease/lease.js';
import type {
  KeptLaden,
  LeaseRepair,
  SweepPlan,
  SweepRules,
  SweepSnapshot,
  SweptContainer,
  SweptHold,
  SweptLease,
} from './repairs.js';
import { leaseStream } from '../lease/resource.js';

/** What has to be put right so that live containers and live ship leases say the same. Reservations are never touched. */
export function planSweep(snapshot: SweepSnapshot, rules: SweepRules): SweepPlan {
  const leases = new Map(snapshot.leases.map((lease) => [leaseStream(lease.resource), lease]));
  const containers = new Map(snapshot.containers.map((container) => [container.containerId, container]));
  const ours = (player: number) => rules.player === null || player === rules.player;

  const ofContainers = snapshot.containers
    .filter(({ player }) => ours(player))
    .map((container) => containerRepair(container, leases, snapshot.nowMs, rules))
    .filter((repair) => repair !== undefined);
  const stopped = new Set(
    ofContainers.filter(({ type }) => type === 'FinishStop').map(({ containerId }) => containerId),
  );

  const ofLeases: LeaseRepair[] = [];
  const kept: KeptLaden[] = [];
  for (const lease of snapshot.leases) {
    const { resource, hold, obligations } = lease;
    if (resource.kind !== 'ship' || !ours(Number(resource.scope)) || !hold || isReservation(hold)) continue;
    const holder = hold.holder.kind === 'container' ? containers.get(hold.holder.id) : null;
    const isStopped = stopped.has(hold.holder.id);
    const cure = cureOf(lease, hold, isStopped && holder ? { ...holder, status: 'STOPPED' } : holder, snapshot, rules);
    if (!cure) continue;
    const { type, ...why } = cure;
    const found = { resource, holder: hold.holder, token: hold.token, ...why };
    if (obligations.length > 0) kept.push({ ...found, obligations });
    else ofLeases.push({ type, ...found });
  }
  return { repairs: [...ofContainers, ...ofLeases], kept };
}

type Cure = Pick<LeaseRepair, 'type' | 'reason' | 'detail'>;

/** What the lease's own case calls for. `holder`: undefined when it does not exist, null when it is no container. */
function cureOf(
  lease: SweptLease,
  hold: SweptHold,
  holder: SweptContainer | null | undefined,
  { nowMs }: SweepSnapshot,
  { repairGraceMs, orphanReason }: SweepRules,
): Cure | undefined {
  const isFresh = nowMs - hold.sinceMs < repairGraceMs;
  if (holder === undefined) {
    return isFresh ? undefined : { type: 'ReleaseOrphan', reason: orphanReason, detail: 'holder_unknown' };
  }
  if (holder && isFinished(holder)) {
    if (hold.token <= (tokenKnown(holder, lease.resource.name) ?? 0)) {
      return { type: 'ReleaseEnded', reason: releaseReasonFor(holder), detail: 'holder_ended' };
    }
    return isFresh ? undefined : { type: 'RollBackClaim', reason: 'claim_rolled_back', detail: 'holder_ended' };
  }
  return undefined;
}
