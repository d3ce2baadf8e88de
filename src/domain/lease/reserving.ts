import { decided, type Decision } from '../kernel/decider.js';
import {
  heldByAnother,
  inheritanceOf,
  isAnother,
  type Asked,
  type Freed,
  type LeaseDecision,
  type NothingToDo,
} from './decision.js';
import type { Asker, Hold, Holder, LeaseEvent } from './events.js';
import { isReservation, sameHolder, type LeaseState } from './lease.js';

export interface Reserve extends Asked {
  readonly operator: string;
  readonly reason: string;
  /** Take it from the present holder, who is then ended. */
  readonly displaces: boolean;
  /** Take it only from whoever holds it under this token. */
  readonly expectedToken?: number | undefined;
}

export interface Reserved {
  readonly type: 'Reserved';
  readonly hold: Hold;
  readonly already: boolean;
  readonly displaced: { readonly holder: Holder; readonly token: number } | null;
}

export function reserve(ask: Reserve, state: LeaseState): LeaseDecision<Reserved> {
  const { resource, nowMs, reason } = ask;
  const holder: Holder = { kind: 'operator', id: ask.operator, attempt: 1 };
  const { hold } = state;
  if (hold && sameHolder(hold.holder, holder)) {
    return decided({ type: 'Reserved', hold, already: true, displaced: null });
  }
  if (hold && (isReservation(hold) || !ask.displaces || isAnother(hold, ask)))
    return decided(heldByAnother(resource, hold));
  const token = state.lastToken + 1;
  const displaced = hold ? { holder: hold.holder, token: hold.token } : null;
  const reservation: Hold = { holder, token, operation: 'reservation', ttlMs: 0, sinceMs: nowMs, reason };
  return decided(
    { type: 'Reserved', hold: reservation, already: false, displaced },
    {
      type: 'LeaseReserved',
      resource,
      token,
      holder,
      operation: reservation.operation,
      ttlMs: 0,
      reason,
      displaced,
      atMs: nowMs,
      inherited: {
        ...inheritanceOf(state),
        previous: hold
          ? { holder: hold.holder, token: hold.token, reason: 'preempted', detail: reason, freedAtMs: nowMs }
          : state.previous,
      },
    },
  );
}

export interface Lift extends Asked {
  readonly by: Asker;
  readonly reason: string;
  /** Only the reservation under this token. */
  readonly expectedToken?: number | undefined;
}

export function lift(
  { resource, nowMs, by, reason, expectedToken }: Lift,
  { hold }: LeaseState,
): Decision<Freed | NothingToDo, LeaseEvent> {
  if (!hold || !isReservation(hold)) return decided({ type: 'NothingToDo', why: 'not-reserved' });
  if (isAnother(hold, { expectedToken })) return decided({ type: 'NothingToDo', why: 'held-under-another-token' });
  const { holder, token } = hold;
  return decided(
    { type: 'Freed', past: { holder, token, reason: 'manual', detail: reason, freedAtMs: nowMs }, already: false },
    { type: 'LeaseReleased', resource, token, holder, reason: 'manual', detail: reason, by, atMs: nowMs },
  );
}
