import { containerToken, isFinished, isRunByDaemon } from '../container/container.js';
import { isReservation } from '../lease/lease.js';
import { leaseStream, shipResource } from '../lease/resource.js';
import { cargoBeyond } from './cargo-beyond.js';
import type {
  LeaseVerdict,
  RecoveredContainer,
  RecoveredLease,
  RecoveryEvidence,
  RecoveryPlan,
  RecoveryRules,
  RecoveryState,
  RecoveryStep,
  Verdict,
} from './recovery.js';

type Held = RecoveredLease & { readonly hold: NonNullable<RecoveredLease['hold']> };

interface Judged {
  readonly verdict: Verdict;
  readonly then: readonly RecoveryStep[];
}

/**
 * What a start has to do, lease by lease and never in bulk. Pure: the same state and evidence give the same plan, and
 * what its steps lead to gives none.
 */
export function planRecovery(
  state: RecoveryState,
  evidence: RecoveryEvidence,
  { repairGraceMs }: RecoveryRules,
): RecoveryPlan {
  const containers = new Map(state.containers.map((container) => [container.containerId, container]));
  const verdicts: LeaseVerdict[] = [];
  const ofLeases: RecoveryStep[] = [];
  const standing = new Map<string, Standing>();
  for (const lease of state.leases) {
    const stream = leaseStream(lease.resource);
    if (!isHeld(lease)) {
      standing.set(stream, { lease, verdict: null });
      continue;
    }
    const { resource, hold } = lease;
    const { holder, token } = hold;
    const found = holder.kind === 'container' ? containers.get(holder.id) : undefined;
    const { verdict, then } = judge(lease, found, evidence, state.nowMs - hold.sinceMs < repairGraceMs);
    standing.set(stream, { lease, verdict });
    verdicts.push({ resource, holder, token, verdict });
    ofLeases.push(...then);
  }
  const ofContainers = state.containers.flatMap((container) => stepFor(container, standing, evidence, state));
  const adoptions = ofContainers.filter(({ type }) => type === 'Adopt');
  const ends = ofContainers.filter(({ type }) => type !== 'Adopt');
  return { verdicts, steps: [...ends, ...ofLeases, ...adoptions] };
}

const asIs = (verdict: Verdict): Judged => ({ verdict, then: [] });

function judge(
  lease: Held,
  container: RecoveredContainer | undefined,
  { runners, cargo }: RecoveryEvidence,
  isFresh: boolean,
): Judged {
  const { holder } = lease.hold;
  if (isReservation(lease.hold)) return asIs('reserved');
  if (holder.kind !== 'container') return asIs('session');
  if (container && !isFinished(container)) {
    if (!isRunByDaemon(container)) return asIs('awaiting-worker');
    return asIs(runners.get(container.containerId) === 'gone' ? 'adopted' : 'run');
  }
  if (isFresh) return asIs('being-made');
  return ofTheGone(lease, container, cargo);
}

/** A lease whose holder is over. Only a hold that is proven empty frees the ship. */
function ofTheGone(
  { resource, hold: { holder, token }, obligations }: Held,
  container: RecoveredContainer | undefined,
  cargo: RecoveryEvidence['cargo'],
): Judged {
  const aboard = cargo.get(leaseStream(resource)) ?? { type: 'unknown' };
  const unbound = aboard.type === 'read' ? cargoBeyond(obligations, aboard.goods) : [];
  if (unbound.length > 0) {
    return { verdict: 'laden', then: unbound.map((debt) => ({ type: 'Bind', resource, token, ...debt })) };
  }
  if (obligations.length > 0) return asIs('laden');
  if (aboard.type === 'unreadable') return asIs('unverified');
  const detail = container ? 'holder_ended' : 'holder_unknown';
  return { verdict: 'released', then: [{ type: 'Release', resource, holder, token, detail }] };
}

/** One lease, and what it was found to be; null: nobody holds it. */
interface Standing {
  readonly lease: RecoveredLease;
  readonly verdict: Verdict | null;
}

/** What a container calls for that no living daemon runs. */
function stepFor(
  container: RecoveredContainer,
  standing: ReadonlyMap<string, Standing>,
  { runners }: RecoveryEvidence,
  { nowMs }: RecoveryState,
): RecoveryStep[] {
  const { containerId, status, backOff } = container;
  if (isFinished(container) || !isRunByDaemon(container) || runners.get(containerId) !== 'gone') return [];
  const of = { containerId, token: containerToken(container) };
  if (status === 'STOPPING') return [{ type: 'FinishStop', ...of, reason: container.stopReason ?? 'stopped' }];
  for (const { lease, verdict } of shipsOf(container, standing)) {
    const { hold, freeFromMs, resource } = lease;
    // The wait after an unclean loss ends by itself.
    if (!hold && freeFromMs > nowMs) return [];
    if (!hold || isOf(hold, containerId) || verdict === 'released') continue;
    // Its worker, or the daemon that runs it, has the ship by right; whatever else holds it may let go of it one day.
    if (verdict !== 'run' && verdict !== 'awaiting-worker' && verdict !== 'adopted') return [];
    const detail = `${resource.name} is held by ${hold.holder.id}`;
    return [{ type: 'Fail', ...of, exitReason: 'assignment_conflict', detail }];
  }
  return [{ type: 'Adopt', ...of, notBeforeMs: backOff?.notBeforeMs ?? null }];
}

function shipsOf({ player, ships }: RecoveredContainer, standing: ReadonlyMap<string, Standing>): readonly Standing[] {
  return ships.flatMap((ship) => standing.get(leaseStream(shipResource(player, ship))) ?? []);
}

function isOf(hold: Held['hold'], containerId: string): boolean {
  return hold.holder.kind === 'container' && hold.holder.id === containerId;
}

function isHeld(lease: RecoveredLease): lease is Held {
  return lease.hold !== null;
}
