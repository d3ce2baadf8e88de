import { decided, type Decision } from '../kernel/decider.js';
import { copyOf } from '../kernel/json.js';
import { isFinished, type ContainerState } from './container.js';
import {
  changedBy,
  existing,
  inForce,
  type OutsideAsked,
  unchanged,
  wrongStatus,
  type Asked,
  type ContainerDecision,
} from './decision.js';
import type { AdoptedLease, ContainerDescription, ContainerEvent, ContainerSnapshot, Crashes } from './events.js';
import type { ContainerRefusal } from './refusals.js';
import { isContainerType } from './types.js';

export interface Create extends ContainerDescription {
  readonly nowMs: number;
}

export function create(
  { nowMs, ...description }: Create,
  state: ContainerState,
): Decision<{ readonly type: 'Created' } | ContainerRefusal, ContainerEvent> {
  const { containerId, containerType } = description;
  if (!isContainerType(containerType)) return decided({ type: 'UnknownContainerType', containerType });
  if (state) return decided({ type: 'AlreadyExists', containerId });
  const { config, metadata, ships } = description;
  const own = { config: copyOf(config), metadata: copyOf(metadata), ships: [...ships] };
  return decided({ type: 'Created' }, { type: 'ContainerCreated', ...description, ...own, atMs: nowMs });
}

export interface Start extends Asked {
  readonly leases: readonly AdoptedLease[];
  /** The daemon that runs the attempt; undefined where a worker does. */
  readonly daemon?: string | undefined;
  /** What speaks against the container; absent: nothing. */
  readonly crashes?: Crashes | undefined;
}

/** PENDING or STOPPED to RUNNING, in the next attempt, under the tokens it was granted. */
export function start(ask: Start, state: ContainerState): ContainerDecision {
  return existing(ask, state, (container) => {
    if (container.status !== 'PENDING' && container.status !== 'STOPPED') return wrongStatus(container, 'start');
    const stale = staleLease(ask.leases, container);
    return stale ? decided(stale) : changedBy(...nextAttempt(ask, container));
  });
}

/** An attempt is only ever begun under tokens newer than those of the one before it. */
export function staleLease(
  leases: readonly AdoptedLease[],
  container: ContainerSnapshot,
): ContainerRefusal | undefined {
  const { containerId, attempt } = container;
  for (const { ship, token } of leases) {
    const known = container.leases.find((lease) => lease.ship === ship);
    if (known && token <= known.token) {
      return { type: 'StaleAttempt', containerId, token, currentToken: known.token, attempt };
    }
  }
  return undefined;
}

export function nextAttempt(
  { containerId, leases, daemon, crashes, nowMs }: Start,
  { attempt }: Pick<ContainerSnapshot, 'attempt'>,
): ContainerEvent[] {
  const next = { containerId, attempt: attempt + 1, atMs: nowMs };
  return [
    { type: 'ContainerStarting', ...next },
    {
      type: 'ContainerStarted',
      ...next,
      leases,
      ...(daemon !== undefined && { daemon }),
      ...(crashes && { crashes: withoutCompany(crashes) }),
    },
  ];
}

function withoutCompany({ company: _past, ...crashes }: Crashes): Omit<Crashes, 'company'> {
  return crashes;
}

/** Create and start as one append: a reader never meets a container that nobody runs. */
export function createAndStart(
  { leases, daemon, ...ask }: Create & Pick<Start, 'leases' | 'daemon'>,
  state: ContainerState,
): Decision<{ readonly type: 'Created' } | ContainerRefusal, ContainerEvent> {
  const { outcome, events } = create(ask, state);
  if (events.length === 0) return { outcome, events };
  const { containerId, nowMs } = ask;
  return decided(outcome, ...events, ...nextAttempt({ containerId, leases, daemon, nowMs }, { attempt: 0 }));
}

export interface Stop extends OutsideAsked {
  readonly reason: string;
}

/**
 * From RUNNING the runner is asked and the container is STOPPING; where nobody runs, and when asked a second time, it
 * is STOPPED at once. Strict about ended containers: the service answers those with success.
 */
export function stop(ask: Stop, state: ContainerState): ContainerDecision {
  return inForce(ask, state, (container) => {
    const { containerId, nowMs, reason } = ask;
    const { attempt, status } = container;
    if (status === 'COMPLETED' || status === 'STOPPED') return wrongStatus(container, 'stop');
    const someoneRuns = (status === 'RUNNING' || status === 'STARTING') && !container.backOff;
    if (someoneRuns) {
      return changedBy({ type: 'ContainerStopRequested', containerId, attempt, reason, atMs: nowMs });
    }
    const exitReason = container.stopReason ?? reason;
    return changedBy({ type: 'ContainerStopped', containerId, attempt, exitReason, atMs: nowMs });
  });
}

export function markStopped(ask: OutsideAsked, state: ContainerState): ContainerDecision {
  return inForce(ask, state, (container) => {
    if (container.status !== 'STOPPING') return wrongStatus(container, 'mark stopped');
    const { containerId, attempt, stopReason } = container;
    const exitReason = stopReason ?? 'stopped';
    return changedBy({ type: 'ContainerStopped', containerId, attempt, exitReason, atMs: ask.nowMs });
  });
}

/**
 * An attempt was cut, not ended: the container may come back. No restart is used. One that was asked to stop has now
 * stopped, and does not come back.
 */
export function interrupt(ask: OutsideAsked & { readonly reason: string }, state: ContainerState): ContainerDecision {
  return inForce(ask, state, (container) => {
    if (isFinished(container) || container.status === 'INTERRUPTED') return unchanged;
    if (container.status === 'STOPPING') return markStopped(ask, container);
    const { containerId, attempt } = container;
    return changedBy({
      type: 'ContainerInterrupted',
      containerId,
      attempt,
      reason: ask.reason,
      atMs: ask.nowMs,
    });
  });
}

/** Only what has ended can be removed; its history stays. */
export function remove(ask: Asked, state: ContainerState): ContainerDecision {
  return existing(ask, state, (container) => {
    if (!isFinished(container)) return wrongStatus(container, 'remove');
    return changedBy({ type: 'ContainerRemoved', containerId: ask.containerId, atMs: ask.nowMs });
  });
}
