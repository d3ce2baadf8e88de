import { decided, type Decision } from '../kernel/decider.js';
import type { Asker, Hold, Holder, Inheritance, LeaseEvent, PastHold, Particulars, SilenceEvidence } from './events.js';
import {
  isReservation,
  lastDeadlineMs,
  sameHolder,
  sameButForAttempt,
  particularsOf,
  type LeaseState,
} from './lease.js';
import type { ReleaseReason } from './reasons.js';
import type { LeaseRefusal } from './refusals.js';
import type { Resource } from './resource.js';

type LeaseDecision<Outcome> = Decision<Outcome | LeaseRefusal, LeaseEvent>;

interface Asked {
  readonly resource: Resource;
  readonly nowMs: number;
}

export interface Granted {
  readonly type: 'Granted';
  readonly hold: Hold;
  /** True when the asker had it already: nothing was written. */
  readonly already: boolean;
  readonly inherited: Inheritance;
}

export interface Freed {
  readonly type: 'Freed';
  readonly past: PastHold;
  /** True when it was free already: the first reason and time stay. */
  readonly already: boolean;
}

export interface NothingToDo {
  readonly type: 'NothingToDo';
  readonly why: 'idle' | 'reserved' | 'held-under-another-token' | 'not-reserved';
}

function inheritanceOf({ effects, obligations, previous }: LeaseState): Inheritance {
  return { effects, obligations, previous };
}

function granted(state: LeaseState, hold: Hold, already: boolean): Granted {
  return { type: 'Granted', hold, already, inherited: inheritanceOf(state) };
}

function heldByAnother(resource: Resource, hold: Hold): LeaseRefusal {
  return { type: isReservation(hold) ? 'ReservedByOperator' : 'HeldByAnother', resource, hold };
}

function staleToken({ resource }: Asked, token: number, state: LeaseState): LeaseRefusal {
  return { type: 'StaleToken', resource, token, lastToken: state.lastToken, hold: state.hold };
}

export interface Acquire extends Asked, Particulars {
  readonly holder: Holder;
  readonly operation: string;
  readonly ttlMs: number;
  /** A laden ship goes only to a holder that says it takes the cargo over. */
  readonly adoptsObligations: boolean;
}

export function acquire(ask: Acquire, state: LeaseState): LeaseDecision<Granted> {
  const { resource, nowMs, holder, operation, ttlMs } = ask;
  if (state.hold) {
    return decided(
      sameHolder(state.hold.holder, holder) ? granted(state, state.hold, true) : heldByAnother(resource, state.hold),
    );
  }
  if (nowMs < state.freeFromMs) return decided({ type: 'NotFreeYet', resource, freeFromMs: state.freeFromMs });
  if (state.obligations.length > 0 && !ask.adoptsObligations) {
    return decided({ type: 'Laden', resource, obligations: state.obligations });
  }
  const token = state.lastToken + 1;
  const particulars = particularsOf(ask);
  return decided(
    granted(state, { holder, token, operation, ttlMs, sinceMs: nowMs, reason: '', ...particulars }, false),
    {
      type: 'LeaseGranted',
      resource,
      token,
      holder,
      operation,
      ttlMs,
      ...particulars,
      atMs: nowMs,
      inherited: inheritanceOf(state),
    },
  );
}

export interface TakeUpAgain extends Asked {
  readonly holder: Holder;
  readonly operation: string;
  readonly ttlMs: number;
  /** A hold that has stood for longer than this is not built upon. Milliseconds. */
  readonly freshForMs: number;
}

/**
 * What a claim finds of its own, from a try that never got any further, passes on to itself under a new token: whoever
 * has meanwhile set out to clear the old one away can no longer do it. Undefined: there is nothing of the kind.
 */
export function takeUpAgain(ask: TakeUpAgain, state: LeaseState): LeaseDecision<Granted> | undefined {
  const { resource, nowMs, holder, operation, ttlMs, freshForMs } = ask;
  const { hold } = state;
  if (!hold || !sameHolder(hold.holder, holder) || nowMs - hold.sinceMs <= freshForMs) return undefined;
  const token = state.lastToken + 1;
  return decided(granted(state, { holder, token, operation, ttlMs, sinceMs: nowMs, reason: '' }, false), {
    type: 'LeaseHandedOver',
    resource,
    token,
    holder,
    operation,
    ttlMs,
    from: { holder: hold.holder, token: hold.token },
    reason: 'claim taken up again',
    by: { kind: 'system', id: 'claim' },
    atMs: nowMs,
    inherited: inheritanceOf(state),
  });
}

export interface Release extends Asked {
  /** Null: the token alone names the hold. */
  readonly holder: { readonly id: string; readonly kind?: Holder['kind'] } | null;
  readonly token: number;
  readonly reason: ReleaseReason;
  readonly detail: string;
  /** Null: the holder itself. */
  readonly by: Asker | null;
}

export function release(ask: Release, state: LeaseState): LeaseDecision<Freed> {
  const { resource, nowMs, token, reason, detail } = ask;
  const { hold, previous } = state;
  if (!hold) {
    if (!previous) return decided({ type: 'NeverHeld', resource });
    return decided(token > state.lastToken ? staleToken(ask, token, state) : freedBefore(previous));
  }
  if (hold.token !== token || !isNamed(ask.holder, hold.holder)) return decided(staleToken(ask, token, state));
  const by = ask.by ?? { kind: 'holder', id: hold.holder.id };
  // A claim that is rolled back gives the cargo back as it found it; every other release must dispose of it first.
  const isRolledBack = reason === 'claim_rolled_back' && by.kind === 'system';
  if (state.obligations.length > 0 && !isRolledBack) {
    return decided({ type: 'Laden', resource, obligations: state.obligations });
  }
  const past: PastHold = { holder: hold.holder, token, reason, detail, freedAtMs: nowMs };
  return decided(
    { type: 'Freed', past, already: false },
    { type: 'LeaseReleased', resource, token, holder: hold.holder, reason, detail, by, atMs: nowMs },
  );
}

function isNamed(named: Release['holder'], { id, kind }: Holder): boolean {
  return named === null || (named.id === id && (named.kind ?? kind) === kind);
}

function freedBefore(past: PastHold): Freed {
  return { type: 'Freed', past, already: true };
}

export interface HandOver extends Asked {
  readonly from: { readonly id: string; readonly token: number };
  readonly to: Holder;
  /** Null: the one it is held for. */
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
  const operation = ask.operation ?? state.hold?.operation ?? 'command';
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

const takenAway: readonly ReleaseReason[] = ['expired', 'manual', 'preempted', 'dead_process', 'handed_over'];

/** Whoever lost a lease, and did not give it back, has nothing left to pass on. */
function wasTaken(giver: Hold | PastHold): boolean {
  return 'freedAtMs' in giver && takenAway.includes(giver.reason);
}

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

function isAnother({ token }: Hold, { expectedToken }: { readonly expectedToken?: number | undefined }): boolean {
  return expectedToken !== undefined && expectedToken !== token;
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

/** The instant before which an unclean loss bars the next grant: no open effect can land after it. */
function freeFrom(state: LeaseState, nowMs: number, lockDelayMs: number): number {
  return Math.max(nowMs + lockDelayMs, lastDeadlineMs(state));
}

export interface Break extends Asked {
  readonly reason: string;
  readonly by: Asker;
  readonly lockDelayMs: number;
  /** Only the lease under this token. */
  readonly expectedToken?: number | undefined;
}

/** Whoever loses a lease this way must be ended too: the caller reads the loser from the outcome. */
export function breakLease(ask: Break, state: LeaseState): Decision<Freed | NothingToDo, LeaseEvent> {
  const { resource, nowMs, reason, by, lockDelayMs } = ask;
  if (!state.hold) return decided({ type: 'NothingToDo', why: 'idle' });
  if (isReservation(state.hold)) return decided({ type: 'NothingToDo', why: 'reserved' });
  if (isAnother(state.hold, ask)) return decided({ type: 'NothingToDo', why: 'held-under-another-token' });
  const { holder, token } = state.hold;
  return decided(
    { type: 'Freed', past: { holder, token, reason: 'manual', detail: reason, freedAtMs: nowMs }, already: false },
    {
      type: 'LeaseBroken',
      resource,
      token,
      holder,
      reason,
      by,
      atMs: nowMs,
      freeFromMs: freeFrom(state, nowMs, lockDelayMs),
    },
  );
}

export interface Expire extends Asked {
  readonly token: number;
  readonly evidence: SilenceEvidence;
  readonly lockDelayMs: number;
}

export function expire(ask: Expire, state: LeaseState): Decision<Freed | NothingToDo, LeaseEvent> {
  const { resource, nowMs, token, evidence, lockDelayMs } = ask;
  if (!state.hold) return decided({ type: 'NothingToDo', why: 'idle' });
  if (isReservation(state.hold)) return decided({ type: 'NothingToDo', why: 'reserved' });
  if (state.hold.token !== token) return decided({ type: 'NothingToDo', why: 'held-under-another-token' });
  const { holder } = state.hold;
  const detail = `silent for ${evidence.silentForMs} ms`;
  return decided(
    { type: 'Freed', past: { holder, token, reason: 'expired', detail, freedAtMs: nowMs }, already: false },
    {
      type: 'LeaseExpired',
      resource,
      token,
      holder,
      evidence,
      atMs: nowMs,
      freeFromMs: freeFrom(state, nowMs, lockDelayMs),
    },
  );
}
