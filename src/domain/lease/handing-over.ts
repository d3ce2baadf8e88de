import { decided } from '../kernel/decider.js';
import {
  granted,
  heldByAnother,
  inheritanceOf,
  staleToken,
  type Asked,
  type Granted,
  type LeaseDecision,
} from './decision.js';
import type { Asker, Hold, Holder, PastHold } from './events.js';
import { isReservation, sameHolder, sameButForAttempt, type LeaseState } from './lease.js';
import type { ReleaseReason } from './reasons.js';
import type { Resource } from './resource.js';
import { isClaim } from './work.js';

export interface HandOver extends Asked {
  readonly from: { readonly id: string; readonly token: number };
  readonly to: Holder;
  /** Null: the one it is held for, unless that is a claim of the work under it. */
  readonly operation: string | null;
  readonly ttlMs: number;
  readonly reason: string;
  readonly by: Asker;
}

/**
 * One event, no idle gap, a new token. A lease that its holder gave back may still pass on to the successor that its last
 * holder names, as long as nobody has had it since.
 */
export function handOver(ask: HandOver, state: LeaseState): LeaseDecision<Granted> {
  const { resource, nowMs, from, to, ttlMs, reason, by } = ask;
  if (state.hold && sameHolder(state.hold.holder, to)) return decided(granted(state, state.hold, true));
  const giver = state.hold ?? state.previous;
  if (!giver) return decided({ type: 'NeverHeld', resource });
  if (state.hold && (isReservation(state.hold) || state.hold.holder.id !== from.id)) {
    return decided(heldByAnother(resource, state.hold));
  }
  if (giver.holder.id !== from.id || giver.token !== from.token) return decided(staleToken(ask, from.token, state));
  if (sameButForAttempt(giver.holder, to) && to.attempt <= giver.holder.attempt && state.hold) {
    return decided(staleToken(ask, from.token, state));
  }
  if (!state.hold) {
    if (wasTaken(giver)) return decided(staleToken(ask, from.token, state));
    if (nowMs < state.freeFromMs) return decided({ type: 'NotFreeYet', resource, freeFromMs: state.freeFromMs });
    if (state.obligations.length > 0) return decided({ type: 'Laden', resource, obligations: state.obligations });
  }
  const operation = ask.operation ?? inherited(resource, state.hold);
  const token = state.lastToken + 1;
  return decided(granted(state, { holder: to, token, operation, ttlMs, sinceMs: nowMs, reason: '' }, false), {
    type: 'LeaseHandedOver',
    resource,
    token,
    holder: to,
    operation,
    ttlMs,
    from: { holder: giver.holder, token: giver.token },
    reason,
    by,
    atMs: nowMs,
    inherited: inheritanceOf(state),
  });
}

/** What a lease is held for passes on with it; the work under it does not: whoever has it next claims that anew. */
function inherited({ kind }: Resource, hold: Hold | null): string {
  if (hold && !isClaim(hold)) return hold.operation;
  return kind === 'ship' ? 'command' : 'lock';
}

const takenAway: readonly ReleaseReason[] = ['expired', 'manual', 'preempted', 'dead_process', 'handed_over'];

/** Whoever lost a lease, and did not give it back, has nothing left to pass on. */
function wasTaken(giver: Hold | PastHold): boolean {
  return 'freedAtMs' in giver && takenAway.includes(giver.reason);
}
