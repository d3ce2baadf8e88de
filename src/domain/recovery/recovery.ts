import type { CrashRules } from '../container/crash-loop.js';
import type { ContainerSnapshot, Crashes } from '../container/events.js';
import type { Hold, Holder, Obligation } from '../lease/events.js';
import type { Resource } from '../lease/resource.js';
import type { Good } from './cargo-beyond.js';

export interface RecoveredLease {
  readonly resource: Resource;
  readonly hold: Pick<Hold, 'holder' | 'token' | 'sinceMs'> | null;
  readonly obligations: readonly Obligation[];
  /** Until then nobody is granted it; 0: it may be had. */
  readonly freeFromMs: number;
  /** The token under which an effect was last seen to have happened; absent: under the present one none was. */
  readonly workedUnder?: number | undefined;
}

export type RecoveredContainer = Pick<
  ContainerSnapshot,
  | 'containerId'
  | 'player'
  | 'status'
  | 'ships'
  | 'leases'
  | 'attempt'
  | 'backOff'
  | 'stopReason'
  | 'runner'
  | 'createdAtMs'
  | 'attemptStartedAtMs'
  | 'exitReason'
  | 'crashes'
>;

/**
 * Leases and containers at one moment. Containers: every live one, and every one that a lease names, ended or not; a
 * name that is missing is taken for a container that does not exist.
 */
export interface RecoveryState {
  readonly leases: readonly RecoveredLease[];
  readonly containers: readonly RecoveredContainer[];
  readonly nowMs: number;
}

/**
 * Who runs the present attempt of a container that a daemon runs. `gone`: that daemon is proven dead, stopped in order,
 * or has been silent for a whole time to live; or nobody ever took the attempt.
 */
export type RunnerEvidence = 'here' | 'elsewhere' | 'gone';

/** What the game says of what a ship carries. `unknown`: there is no game to ask, or it is not a ship of ours. */
export type CargoEvidence =
  | { readonly type: 'read'; readonly goods: readonly Good[] }
  | { readonly type: 'unreadable'; readonly reason: string }
  | { readonly type: 'unknown' };

export interface RecoveryEvidence {
  /** By container id; one that is not listed runs elsewhere. */
  readonly runners: ReadonlyMap<string, RunnerEvidence>;
  /** By lease stream; one that is not listed is unknown. */
  readonly cargo: ReadonlyMap<string, CargoEvidence>;
  /** By player: what was created before belongs to a universe that is gone. One that is not listed has no closed era. */
  readonly erasClosedMs: ReadonlyMap<number, number>;
  /** By container id, why it could not be taken over for so long that it is given up. */
  readonly overdue?: ReadonlyMap<string, string>;
}

/** Whatever it worked with is gone, and with it whoever could have gone on. */
export function isOfClosedEra(
  { player, createdAtMs }: Pick<RecoveredContainer, 'player' | 'createdAtMs'>,
  { erasClosedMs }: Pick<RecoveryEvidence, 'erasClosedMs'>,
): boolean {
  const closedAtMs = erasClosedMs.get(player);
  return closedAtMs !== undefined && createdAtMs < closedAtMs;
}

export interface RecoveryRules {
  /** A half-made pair younger than this is still being made. Milliseconds. */
  readonly repairGraceMs: number;
  readonly crash: CrashRules;
}

/** What a lease was found to be. Every lease in force has exactly one. */
export const fates = [
  /** Its container is taken over by this daemon: at once, when its back-off ends, or when its ships can be had. */
  'adopted',
  /** A daemon that lives runs its container, this one included. */
  'run',
  /** A worker runs its container; the monitor judges its silence. */
  'awaiting-worker',
  /** Held by a session. */
  'session',
  /** Reserved by an operator: untouched. */
  'reserved',
  /** Younger than the grace: its other half is still being written. */
  'being-made',
  /** Its holder is over, and the ship is proven empty. */
  'released',
  /** Its holder is over, and the ship owes something: kept for whoever disposes of it. */
  'laden',
  /** Its holder is over, and its cargo cannot be read now: kept, and looked at again. */
  'unverified',
] as const;
export type Fate = (typeof fates)[number];

export interface LeaseFate {
  readonly resource: Resource;
  readonly holder: Holder;
  readonly token: number;
  readonly fate: Fate;
}

interface OfContainer {
  readonly containerId: string;
  /** Under which it was seen: in force no more, the step changes nothing. */
  readonly token: number;
}

/**
 * One thing to do, by an ordinary command:
 * - `Adopt`: the next attempt, under new tokens; not before its back-off is over.
 * - `FinishStop`: asked to stop, and nobody is left to answer.
 * - `Fail`: it can never go on.
 * - `Release`: the holder is over and the ship is empty.
 * - `Bind`: cargo that no obligation names becomes one, so that nobody is given a laden ship for new work.
 */
export type RecoveryStep =
  | ({
      readonly type: 'Adopt';
      readonly notBeforeMs: number | null;
      /** What speaks against it from now on; absent: nothing. */
      readonly crashes?: Crashes;
    } & OfContainer)
  | ({ readonly type: 'FinishStop'; readonly reason: string } & OfContainer)
  | ({ readonly type: 'Fail'; readonly exitReason: string; readonly detail: string } & OfContainer)
  | {
      readonly type: 'Release';
      readonly resource: Resource;
      readonly holder: Holder;
      readonly token: number;
      readonly detail: 'holder_ended' | 'holder_unknown';
    }
  | {
      readonly type: 'Bind';
      readonly resource: Resource;
      readonly token: number;
      readonly obligationId: string;
      readonly good: string;
      readonly units: number;
    };

export interface RecoveryPlan {
  readonly fates: readonly LeaseFate[];
  /** In this order: leases that go or are bound, containers that end, and then what may be taken over. */
  readonly steps: readonly RecoveryStep[];
}
