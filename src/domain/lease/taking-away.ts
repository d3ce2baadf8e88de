import { decided, type Decision } from '../kernel/decider.js';
import { isAnother, type Asked, type Freed, type NothingToDo } from './decision.js';
import type { Asker, LeaseEvent, SilenceEvidence } from './events.js';
import { isReservation, lastDeadlineMs, ownerOf, type LeaseState } from './lease.js';

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
      ...ownerOf(state.hold),
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
      ...ownerOf(state.hold),
      evidence,
      atMs: nowMs,
      freeFromMs: freeFrom(state, nowMs, lockDelayMs),
    },
  );
}
