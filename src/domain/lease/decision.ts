import type { Decision } from '../kernel/decider.js';
import type { Hold, Inheritance, LeaseEvent, PastHold } from './events.js';
import { isReservation, type LeaseState } from './lease.js';
import type { LeaseRefusal } from './refusals.js';
import type { Resource } from './resource.js';

export type LeaseDecision<Outcome> = Decision<Outcome | LeaseRefusal, LeaseEvent>;

export interface Asked {
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

export function inheritanceOf({ effects, obligations, previous }: LeaseState): Inheritance {
  return { effects, obligations, previous };
}

export function granted(state: LeaseState, hold: Hold, already: boolean): Granted {
  return { type: 'Granted', hold, already, inherited: inheritanceOf(state) };
}

export function heldByAnother(resource: Resource, hold: Hold): LeaseRefusal {
  return { type: isReservation(hold) ? 'ReservedByOperator' : 'HeldByAnother', resource, hold };
}

export function staleToken({ resource }: Asked, token: number, state: LeaseState): LeaseRefusal {
  return { type: 'StaleToken', resource, token, lastToken: state.lastToken, hold: state.hold };
}

/** The asker means the hold under another token than this one. */
export function isAnother(
  { token }: Hold,
  { expectedToken }: { readonly expectedToken?: number | undefined },
): boolean {
  return expectedToken !== undefined && expectedToken !== token;
}
