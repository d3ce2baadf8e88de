import { decided } from '../kernel/decider.js';
import { staleToken, type Asked, type Freed, type LeaseDecision } from './decision.js';
import type { Asker, Holder, PastHold } from './events.js';
import { ownerOf, type LeaseState } from './lease.js';
import type { ReleaseReason } from './reasons.js';

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
    {
      type: 'LeaseReleased',
      resource,
      token,
      holder: hold.holder,
      ...ownerOf(hold),
      reason,
      detail,
      by,
      atMs: nowMs,
    },
  );
}

function isNamed(named: Release['holder'], { id, kind }: Holder): boolean {
  return named === null || (named.id === id && (named.kind ?? kind) === kind);
}

function freedBefore(past: PastHold): Freed {
  return { type: 'Freed', past, already: true };
}
