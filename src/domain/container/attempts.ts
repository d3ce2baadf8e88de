import { decided } from '../kernel/decider.js';
import { isFinished, isRunning, mayRestart, type ContainerState } from './container.js';
import {
  changedBy,
  existing,
  found,
  inForce,
  unchanged,
  wrongStatus,
  type ContainerDecision,
  type HolderAsked,
} from './decision.js';
import type { AdoptedLease, ContainerEvent, ContainerSnapshot } from './events.js';
import { nextAttempt, staleLease, type Start } from './lifecycle.js';
import type { ContainerRefusal } from './refusals.js';

export interface RestartRules {
  /** Waits before the first, second, third… restart; the last one stands for all further ones. */
  readonly delaysMs: readonly number[];
  /** An attempt that lived this long, or finished an iteration, gives the budget back. */
  readonly healthyAfterMs: number;
}

interface Restart {
  readonly restartCount: number;
  readonly notBeforeMs: number;
}

/**
 * The restart that a policy grants after an attempt, or undefined when the end is final. A success uses none of the
 * budget, but a short one waits too: a run with nothing to do must not spin.
 */
export function restartAfter(
  container: ContainerSnapshot,
  outcome: 'failed' | 'completed',
  nowMs: number,
  { delaysMs, healthyAfterMs }: RestartRules,
): Restart | undefined {
  const { restartPolicy, maxRestarts, attemptStartedAtMs, iterationInAttempt } = container;
  const wanted =
    restartPolicy === 'always' ||
    restartPolicy === 'unless-stopped' ||
    (restartPolicy === 'on-failure' && outcome === 'failed');
  if (!wanted) return undefined;
  const lived = nowMs - (attemptStartedAtMs ?? nowMs) >= healthyAfterMs;
  if (outcome === 'completed') return { restartCount: 0, notBeforeMs: lived ? nowMs : nowMs + (delaysMs[0] ?? 0) };
  const healthy = iterationInAttempt > 0 || lived;
  const spent = healthy ? 0 : container.restartCount;
  if (spent >= maxRestarts) return undefined;
  const delayMs = delaysMs[Math.min(spent, delaysMs.length - 1)] ?? 0;
  return { restartCount: spent + 1, notBeforeMs: nowMs + delayMs };
}

export interface Complete extends HolderAsked {
  readonly rules: RestartRules;
}

export function complete(ask: Complete, state: ContainerState): ContainerDecision {
  return inForce(ask, state, (container) => {
    const { containerId, nowMs } = ask;
    const { attempt } = container;
    if (!isRunning(container) || container.backOff) return wrongStatus(container, 'complete');
    const restart = restartAfter(container, 'completed', nowMs, ask.rules);
    if (restart) {
      return changedBy({
        type: 'ContainerAttemptEnded',
        containerId,
        attempt,
        outcome: 'completed',
        error: '',
        ...restart,
        atMs: nowMs,
      });
    }
    return changedBy({ type: 'ContainerCompleted', containerId, attempt, exitCode: 0, atMs: nowMs });
  });
}

export interface Fail extends HolderAsked {
  readonly error: string;
  /** A fault that no repeat can cure: final at once, and it uses none of the budget. */
  readonly permanent: boolean;
  /** What the end is called where a word says more than the error; the error itself by default. */
  readonly exitReason?: string;
  readonly rules: RestartRules;
}

export function fail(ask: Fail, state: ContainerState): ContainerDecision {
  return inForce(ask, state, (container) => failed(ask, container));
}

function failed(ask: Fail, container: ContainerSnapshot): ContainerDecision {
  const { containerId, nowMs, error } = ask;
  if (container.backOff) return unchanged;
  const mayComeBack = (isRunning(container) || container.status === 'INTERRUPTED') && !ask.permanent;
  const restart = mayComeBack ? restartAfter(container, 'failed', nowMs, ask.rules) : undefined;
  if (!restart) return finallyFailed(ask, container);
  const { attempt } = container;
  return changedBy({
    type: 'ContainerAttemptEnded',
    containerId,
    attempt,
    outcome: 'failed',
    error,
    ...restart,
    atMs: nowMs,
  });
}

function finallyFailed(
  { containerId, nowMs, error, exitReason = error }: Fail,
  container: ContainerSnapshot,
): ContainerDecision {
  if (container.status === 'COMPLETED' || container.status === 'STOPPED') return wrongStatus(container, 'fail');
  if (container.status === 'FAILED') return unchanged;
  const { attempt } = container;
  return changedBy({
    type: 'ContainerFailed',
    containerId,
    attempt,
    error,
    exitReason,
    exitCode: 1,
    atMs: nowMs,
  });
}

export interface BeginAttempt extends Start {
  /** The attempt that it follows; null or absent: whichever is in force. */
  readonly token?: number | null;
  /** Does not wait for the back-off to end. */
  readonly immediately: boolean;
  /** The system goes on with what lives: what was ended meanwhile, whoever did it, stays ended. */
  readonly onlyIfLive?: boolean;
}

/** Whether, and from what, a next attempt may begin. Asked before any lease is touched. */
export function attemptRefusal(
  container: ContainerSnapshot,
  nowMs: number,
  immediately: boolean,
  onlyIfLive = false,
): ContainerRefusal | undefined {
  const { containerId, status, backOff, restartCount, maxRestarts } = container;
  if (onlyIfLive && isFinished(container)) return { type: 'WrongStatus', containerId, verb: 'start', status };
  if (backOff && !immediately && nowMs < backOff.notBeforeMs) {
    return { type: 'BackingOff', containerId, notBeforeMs: backOff.notBeforeMs };
  }
  if (status === 'FAILED' && !mayRestart(container)) {
    return { type: 'NoRestartLeft', containerId, restartCount, maxRestarts };
  }
  if (status === 'COMPLETED' || status === 'STOPPING')
    return { type: 'WrongStatus', containerId, verb: 'start', status };
  return undefined;
}

/** The next attempt of the same container, under new tokens: a restart is never a new container. */
export function beginAttempt(ask: BeginAttempt, state: ContainerState): ContainerDecision {
  return existing(ask, state, (container) => {
    if (isRunningUnder(ask.leases, container)) return unchanged;
    const refusal =
      found(ask, container).refusal ?? attemptRefusal(container, ask.nowMs, ask.immediately, ask.onlyIfLive);
    if (refusal) return decided(refusal);
    const stale = staleLease(ask.leases, container);
    if (stale) return decided(stale);
    const { containerId, nowMs } = ask;
    const reset: ContainerEvent[] =
      container.status === 'FAILED'
        ? [{ type: 'ContainerReset', containerId, restartCount: container.restartCount + 1, atMs: nowMs }]
        : [];
    return changedBy(...reset, ...nextAttempt(ask, container));
  });
}

/** Whether this attempt has begun already. Without a ship there is no telling: each asking begins one. */
function isRunningUnder(leases: readonly AdoptedLease[], container: ContainerSnapshot): boolean {
  return (
    isRunning(container) &&
    container.backOff === null &&
    leases.length > 0 &&
    leases.length === container.leases.length &&
    leases.every(({ ship, token }) => container.leases.some((known) => known.ship === ship && known.token === token))
  );
}
