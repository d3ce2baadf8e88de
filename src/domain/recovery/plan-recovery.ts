import { crashesAtTakeOver, crashLoop, isParked, parkedBecause, type CrashRules } from '../container/crash-loop.js';
import { containerToken, isFinished, isRunByDaemon } from '../container/container.js';
import { isReservation } from '../lease/lease.js';
import { leaseStream, shipResource } from '../lease/resource.js';
import { leftShip } from './left-ship.js';
import { isOfClosedEra } from './recovery.js';
import type { Crashes } from '../container/events.js';
import type {
  RecoveredContainer,
  RecoveredLease,
  RecoveryEvidence,
  RecoveryPlan,
  RecoveryRules,
  RecoveryState,
  RecoveryStep,
  Fate,
} from './recovery.js';

/** What a container that could not be taken over ended with. */
const recoveryFailed = 'recovery_failed';

type Held = RecoveredLease & { readonly hold: NonNullable<RecoveredLease['hold']> };
type OfContainer = Extract<RecoveryStep, { readonly containerId: string }>;

interface Judged {
  readonly fate: Fate;
  readonly then: readonly RecoveryStep[];
}

/** One lease, and what it was found to be; null: nobody holds it. */
interface Standing {
  readonly lease: RecoveredLease;
  readonly judged: Judged | null;
}

/**
 * What a start has to do, lease by lease and never in bulk. Pure: the same state and evidence give the same plan, and
 * what its steps lead to gives none.
 */
export function planRecovery(
  state: RecoveryState,
  evidence: RecoveryEvidence,
  { repairGraceMs, crash }: RecoveryRules,
): RecoveryPlan {
  const containers = new Map(state.containers.map((container) => [container.containerId, container]));
  const standings = new Map<string, Standing>();
  for (const lease of state.leases) {
    const isFresh = lease.hold !== null && state.nowMs - lease.hold.sinceMs < repairGraceMs;
    const judged = isHeld(lease) ? judge(lease, containers, evidence, isFresh) : null;
    standings.set(leaseStream(lease.resource), { lease, judged });
  }
  const dead = state.containers.filter((container) => endsWithItsEra(container, evidence));
  const ofTheDead = dead.map(endOfEra).filter((step) => freesWhatItHolds(step, containers, standings, evidence));
  const wanted = stepsFor(state, standings, evidence, crash);
  const ends = wanted.filter(
    (step) => step.type !== 'Adopt' && freesWhatItHolds(step, containers, standings, evidence),
  );
  const held = [...standings.values()].filter(isJudged);
  return {
    fates: held.map(({ lease: { resource, hold }, judged: { fate } }) => {
      return { resource, holder: hold.holder, token: hold.token, fate };
    }),
    steps: [
      ...held.flatMap(({ judged }) => judged.then),
      ...ofTheDead,
      ...ends,
      ...wanted.filter(({ type }) => type === 'Adopt'),
    ],
  };
}

/** Whether a container may end now; its leases are judged anew, as those of one that is over. */
function freesWhatItHolds(
  { containerId }: OfContainer,
  containers: ReadonlyMap<string, RecoveredContainer>,
  standings: Map<string, Standing>,
  { cargo }: RecoveryEvidence,
): boolean {
  const own = [...standings].filter(([, { lease }]) => lease.hold !== null && isOf(lease.hold, containerId));
  let mayEnd = true;
  for (const [stream, { lease }] of own) {
    if (!isHeld(lease)) continue;
    const { fate, then } = ofTheGone(lease, containers.get(containerId), cargo);
    // Its end frees the ship: that needs no step of its own.
    standings.set(stream, { lease, judged: { fate, then: then.filter(({ type }) => type !== 'Release') } });
    if (fate === 'unverified') mayEnd = false;
  }
  return mayEnd;
}

const asIs = (fate: Fate): Judged => ({ fate, then: [] });

function judge(
  lease: Held,
  containers: ReadonlyMap<string, RecoveredContainer>,
  evidence: RecoveryEvidence,
  isFresh: boolean,
): Judged {
  const { runners, cargo } = evidence;
  const { holder } = lease.hold;
  if (isReservation(lease.hold)) return asIs('reserved');
  if (holder.kind !== 'container') return asIs('session');
  const container = containers.get(holder.id);
  if (container && !isFinished(container)) {
    // It is about to end: until its cargo was looked at, nobody has the ship by right.
    if (endsWithItsEra(container, evidence)) return asIs('unverified');
    if (!isRunByDaemon(container)) return asIs('awaiting-worker');
    return asIs(runners.get(container.containerId) === 'gone' ? 'adopted' : 'run');
  }
  if (isFresh) return asIs('being-made');
  return ofTheGone(lease, container, cargo);
}

/** A lease whose holder is over. Only a ship that is proven empty is freed. */
function ofTheGone(
  { resource, hold: { holder, token }, obligations }: Held,
  container: RecoveredContainer | undefined,
  cargo: RecoveryEvidence['cargo'],
): Judged {
  const left = leftShip(obligations, cargo.get(leaseStream(resource)) ?? { type: 'unknown' });
  switch (left.type) {
    case 'laden':
      return { fate: 'laden', then: left.unbound.map((debt) => ({ type: 'Bind', resource, token, ...debt })) };
    case 'unverified':
      return asIs('unverified');
    case 'empty': {
      const detail = container ? 'holder_ended' : 'holder_unknown';
      return { fate: 'released', then: [{ type: 'Release', resource, holder, token, detail }] };
    }
    default:
      return left satisfies never;
  }
}

/** What the containers call for that no living daemon runs. A ship that two of them could take goes to the first. */
function stepsFor(
  state: RecoveryState,
  standings: ReadonlyMap<string, Standing>,
  evidence: RecoveryEvidence,
  rules: CrashRules,
): OfContainer[] {
  const { nowMs } = state;
  const goneOnes = state.containers.filter((container) => {
    const isGone = evidence.runners.get(container.containerId) === 'gone' && !endsWithItsEra(container, evidence);
    return !isFinished(container) && isRunByDaemon(container) && isGone;
  });
  const givenUp = goneOnes.filter((each) => isGivenUp(each, state, evidence, rules));
  const left = goneOnes.filter((each) => !givenUp.includes(each));
  const promised = new Map<string, string>();
  for (const container of left) {
    if (container.status === 'STOPPING' || !inTheWay(container, standings, promised, nowMs).isClear) continue;
    for (const ship of container.ships) promised.set(streamOf(container, ship), container.containerId);
  }
  const ends = givenUp.map((container): OfContainer => {
    const { containerId } = container;
    const of = { containerId, token: containerToken(container) };
    const overdue = evidence.overdue?.get(containerId);
    if (overdue !== undefined) return { type: 'Fail', ...of, exitReason: recoveryFailed, detail: overdue };
    const crashes = crashesOf(container, state, rules);
    return { type: 'Fail', ...of, exitReason: crashLoop, detail: crashes ? parkedBecause(crashes) : '' };
  });
  const others = left.flatMap((container): OfContainer[] => {
    const { containerId, status, backOff } = container;
    const of = { containerId, token: containerToken(container) };
    if (status === 'STOPPING') return [{ type: 'FinishStop', ...of, reason: container.stopReason ?? 'stopped' }];
    const { holder, ship, isClear } = inTheWay(container, standings, promised, nowMs);
    const crashes = crashesOf(container, state, rules);
    const notBeforeMs = backOff?.notBeforeMs ?? null;
    if (isClear) return [{ type: 'Adopt', ...of, notBeforeMs, ...(crashes && { crashes }) }];
    if (holder === undefined) return [];
    return [{ type: 'Fail', ...of, exitReason: 'assignment_conflict', detail: `${ship} is held by ${holder}` }];
  });
  return [...ends, ...others];
}

/** Whether a container whose daemon is gone is failed instead of taken over: it ends daemons, or it cannot be. */
export function isGivenUp(
  container: RecoveredContainer,
  state: Pick<RecoveryState, 'leases' | 'nowMs'>,
  { overdue }: Pick<RecoveryEvidence, 'overdue'>,
  rules: CrashRules,
): boolean {
  if (container.status === 'STOPPING') return false;
  const crashes = crashesOf(container, state, rules);
  return overdue?.has(container.containerId) === true || (crashes !== undefined && isParked(crashes, rules));
}

function crashesOf(
  container: RecoveredContainer,
  { leases, nowMs }: Pick<RecoveryState, 'leases' | 'nowMs'>,
  rules: CrashRules,
): Crashes | undefined {
  const hasWorked = leases.some(
    ({ hold, workedUnder }) => hold !== null && isOf(hold, container.containerId) && workedUnder === hold.token,
  );
  return crashesAtTakeOver(container, hasWorked, nowMs, rules);
}

/** Before anybody is asked whether a worker may come back for it. What a daemon still runs learns it from the game. */
function endsWithItsEra(container: RecoveredContainer, evidence: RecoveryEvidence): boolean {
  const isLeft = !isRunByDaemon(container) || evidence.runners.get(container.containerId) === 'gone';
  return isLeft && !isFinished(container) && container.status !== 'STOPPING' && isOfClosedEra(container, evidence);
}

function endOfEra(container: RecoveredContainer): OfContainer {
  const of = { containerId: container.containerId, token: containerToken(container) };
  return { type: 'Fail', ...of, exitReason: 'dead_era', detail: 'its universe is gone' };
}

interface InTheWay {
  /** Every ship can be had now. */
  readonly isClear: boolean;
  /** Who has a ship of the container by right, so that it never will be. */
  readonly holder?: string;
  readonly ship?: string;
}

const byRight: readonly (Fate | undefined)[] = ['run', 'awaiting-worker', 'adopted'];

function inTheWay(
  container: RecoveredContainer,
  standings: ReadonlyMap<string, Standing>,
  promised: ReadonlyMap<string, string>,
  nowMs: number,
): InTheWay {
  let isClear = true;
  for (const ship of container.ships) {
    const stream = streamOf(container, ship);
    const { lease, judged } = standings.get(stream) ?? {};
    const hold = lease?.hold;
    if (hold && isOf(hold, container.containerId)) continue;
    if (hold && byRight.includes(judged?.fate)) return { isClear: false, holder: hold.holder.id, ship };
    const other = promised.get(stream);
    if (other !== undefined && other !== container.containerId) return { isClear: false, holder: other, ship };
    // A reservation ends one day, a session may go, and so does the wait after an unclean loss.
    isClear &&= hold ? judged?.fate === 'released' : (lease?.freeFromMs ?? 0) <= nowMs;
  }
  return { isClear };
}

function streamOf({ player }: RecoveredContainer, ship: string): string {
  return leaseStream(shipResource(player, ship));
}

function isOf(hold: Held['hold'], containerId: string): boolean {
  return hold.holder.kind === 'container' && hold.holder.id === containerId;
}

function isHeld(lease: RecoveredLease): lease is Held {
  return lease.hold !== null;
}

function isJudged(standing: Standing): standing is { readonly lease: Held; readonly judged: Judged } {
  return standing.judged !== null;
}
