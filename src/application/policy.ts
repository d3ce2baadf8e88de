import type { RestartRules } from '../domain/container/attempts.js';
import type { CrashRules } from '../domain/container/crash-loop.js';
import { isRunByDaemon } from '../domain/container/container.js';
import type { Runner } from '../domain/container/events.js';
import type { LeaseKind } from '../domain/lease/resource.js';

/** Every number the application lives by. Milliseconds where nothing else is said. */
export interface Policy {
  readonly shipTtlMs: number;
  readonly shipRenewMs: number;
  /** The same two for what a daemon runs. */
  readonly daemonTtlMs: number;
  readonly daemonRenewMs: number;
  /** How long the lock of an agent's task lives without a renewal. */
  readonly taskTtlMs: number;
  /** How long one phase of a flow may be worked on without a renewal. */
  readonly phaseTtlMs: number;
  /** How long the attempts of a daemon that shuts down may take to reach a safe point. */
  readonly drainMs: number;
  /** After the start of this process nobody is expired for this long, or one time to live, whichever is longer. */
  readonly amnestyMs: number;
  readonly monitorIntervalMs: number;
  readonly sweepIntervalMs: number;
  /** A half-made pair younger than this is still being made. */
  readonly repairGraceMs: number;
  /** A container asked to stop that has not answered for this long is stopped for it. */
  readonly stopGraceMs: number;
  /** The least that the next grant waits after an unclean loss. */
  readonly lockDelayMs: number;
  /** An active hold without a sign of progress for this long is worth an alert. */
  readonly staleAlertMs: number;
  readonly maxRestarts: number;
  readonly restart: RestartRules;
  readonly crash: CrashRules;
  /** How long one container may keep from being taken over, by a fault of its own, before it is failed. */
  readonly recoveryBudgetMs: number;
  readonly idempotencyTtlMs: number;
  /** How long an ended container stays in the lists. */
  readonly retentionMs: number;
  /** The player whose account of the game this server is linked to. */
  readonly gamePlayer: number;
  readonly health: HealthRules;
}

export interface HealthRules {
  /** Between two looks at the fleet. */
  readonly intervalMs: number;
  /** A ship that is in flight so long after its arrival is stuck. */
  readonly stuckAfterMs: number;
  /** A ship leaves the watch list when nothing was wrong with it for so long. */
  readonly healthyAfterMs: number;
  /** How often it is tried to set a ship right. */
  readonly attempts: number;
  /** A container without end whose iterations take less on average is suspicious. */
  readonly fastestIterationMs: number;
}

/** How long a lease of this kind lives without a renewal, where its holder asks for nothing else. */
export function ttlOfKind(kind: LeaseKind, { shipTtlMs, taskTtlMs, phaseTtlMs }: Policy): number {
  return { ship: shipTtlMs, task: taskTtlMs, phase: phaseTtlMs }[kind];
}

/** How long the leases of a container live without a renewal. */
export function ttlFor(container: { readonly runner?: Runner }, { daemonTtlMs, shipTtlMs }: Policy): number {
  return isRunByDaemon(container) ? daemonTtlMs : shipTtlMs;
}
