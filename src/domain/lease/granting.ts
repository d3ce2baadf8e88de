import { decided } from '../kernel/decider.js';
import { granted, heldByAnother, inheritanceOf, type Asked, type Granted, type LeaseDecision } from './decision.js';
import type { Holder, Particulars } from './events.js';
import { sameHolder, particularsOf, type LeaseState } from './lease.js';

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
