import { counted } from '../kernel/text.js';
import { isFinished, isRunning, type ContainerState } from './container.js';
import { changedBy, inForce, unchanged, wrongStatus, type ContainerDecision, type HolderAsked } from './decision.js';
import type { ContainerSnapshot, Crashes } from './events.js';

/** What a container that was parked ended with. */
export const crashLoop = 'crash_loop';

export interface CrashRules {
  /** After so many ends of its daemon in a row, without a sign of work from it in between, a container is suspected. */
  readonly suspectAfter: number;
  /** So many of them while nobody else was on probation, and it is parked. */
  readonly parkAfter: number;
  /** How long those on probation must run before they have passed. Milliseconds. */
  readonly probationMs: number;
  /** An attempt that is older says nothing against a container that is not suspected yet. Milliseconds. */
  readonly forgottenAfterMs: number;
}

type Attempted = Pick<ContainerSnapshot, 'status' | 'backOff' | 'exitReason' | 'attemptStartedAtMs' | 'crashes'>;

/**
 * What speaks against a container whose daemon is gone, when it is taken over; undefined: nothing does. One that was
 * suspected and waited for its turn had no part in the end of that daemon.
 * @param hasWorked whether the attempt is known to have brought something about
 */
export function crashesAtTakeOver(
  container: Attempted,
  hasWorked: boolean,
  nowMs: number,
  rules: CrashRules,
): Crashes | undefined {
  const { crashes: before } = container;
  if (!endedUncleanly(container)) return before;
  if (hasWorked) return undefined;
  if (before && isSuspected(before, rules)) {
    const { inARow, alone, company } = before;
    if (company === undefined) return before;
    return { inARow: inARow + 1, alone: alone + (company === 1 ? 1 : 0), among: company };
  }
  const age = nowMs - (container.attemptStartedAtMs ?? -Infinity);
  if (age > rules.forgottenAfterMs) return undefined;
  return { inARow: (before?.inARow ?? 0) + 1, alone: before?.alone ?? 0 };
}

/** Nobody ended the attempt: its process did, or was ended. */
function endedUncleanly({ status, backOff, exitReason }: Attempted): boolean {
  if (status === 'INTERRUPTED') return exitReason !== 'daemon_shutdown';
  return (status === 'RUNNING' || status === 'STARTING') && !backOff;
}

export function isSuspected({ inARow }: Crashes, { suspectAfter }: CrashRules): boolean {
  return inARow >= suspectAfter;
}

export function isParked({ alone }: Crashes, { parkAfter }: CrashRules): boolean {
  return alone >= parkAfter;
}

/** One sentence. */
export function parkedBecause({ inARow, alone }: Crashes): string {
  return `its daemon ended ${counted(inARow, 'time')} in a row while it ran, ${alone} of them while nobody else was suspected`;
}

/** Must wait for its turn before it may run. */
export function awaitsProbation({ crashes }: Pick<ContainerSnapshot, 'crashes'>, rules: CrashRules): boolean {
  return crashes !== undefined && crashes.company === undefined && isSuspected(crashes, rules);
}

type Suspect = Pick<ContainerSnapshot, 'containerId' | 'crashes'>;

/** Who of those that wait goes next: half of those on whom suspicion has closed in most, so that one is left in the end. */
export function nextOnProbation<T extends Suspect>(waiting: readonly T[]): readonly T[] {
  const among = ({ crashes }: Suspect) => crashes?.among ?? Infinity;
  const closest = Math.min(...waiting.map(among));
  const suspects = waiting.filter((each) => among(each) === closest);
  suspects.sort((one, other) => (one.containerId < other.containerId ? -1 : 1));
  return suspects.slice(0, Math.ceil(suspects.length / 2));
}

/**
 * How long a daemon must have stood without them before these go on probation. Longer each time that one of them was
 * alone: what ends daemons at its own pace, whoever runs, ends this one during the wait.
 */
export function quietBefore(next: readonly Suspect[], { probationMs }: CrashRules): number {
  return probationMs * 2 ** Math.max(0, ...next.map(({ crashes }) => crashes?.alone ?? 0));
}

export interface BeginProbation extends HolderAsked {
  /** How many begin together, itself included. */
  readonly company: number;
}

/** Written before it may run: if the daemon ends now, this is who was under way. */
export function beginProbation(ask: BeginProbation, state: ContainerState): ContainerDecision {
  return inForce(ask, state, (container) => {
    const { containerId, attempt, crashes } = container;
    if (!isRunning(container) || container.backOff) return wrongStatus(container, 'report');
    if (!crashes || crashes.company !== undefined) return unchanged;
    const { company, nowMs } = ask;
    return changedBy({ type: 'ContainerProbationBegun', containerId, attempt, company, atMs: nowMs });
  });
}

/** It ran long enough and the daemon stands: nothing speaks against it any more. */
export function passProbation(ask: HolderAsked, state: ContainerState): ContainerDecision {
  return inForce(ask, state, (container) => {
    const { containerId, attempt, crashes } = container;
    if (isFinished(container) || !crashes) return unchanged;
    return changedBy({ type: 'ContainerProbationPassed', containerId, attempt, atMs: ask.nowMs });
  });
}
