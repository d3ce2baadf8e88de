import type { Freed, Granted } from '../../../src/domain/lease/decision.js';
import { acquire, type Acquire } from '../../../src/domain/lease/granting.js';
import type { HandOver } from '../../../src/domain/lease/handing-over.js';
import { release } from '../../../src/domain/lease/releasing.js';
import type { Holder, Inheritance, LeaseEvent, Obligation, PastHold } from '../../../src/domain/lease/events.js';
import { lease } from '../../../src/domain/lease/lease.js';
import type { ReleaseReason } from '../../../src/domain/lease/reasons.js';
import { isLeaseRefusal, leaseRefusalText } from '../../../src/domain/lease/refusals.js';
import { shipResource } from '../../../src/domain/lease/resource.js';
import { givenOf } from '../../support/given.js';

export const t0 = 1_000_000;
export const given = givenOf(lease);
export const givenNothing = given();

export const ship = (symbol = 'MINER-1', player = 1) => shipResource(player, symbol);
export const resource = ship();

export const container = (id: string, attempt = 1): Holder => ({ kind: 'container', id, attempt });
export const operator = (id: string): Holder => ({ kind: 'operator', id, attempt: 1 });
export const one = container('container-123');
export const other = container('container-456');
export const ttlMs = 120_000;
export const nothing: Inheritance = { effects: [], obligations: [], previous: null };

export const acquiring = (holder: Holder, nowMs: number, overrides: Partial<Acquire> = {}): Acquire => ({
  resource,
  holder,
  operation: 'navigate',
  ttlMs,
  adoptsObligations: false,
  nowMs,
  ...overrides,
});

export const releasing = (holder: Holder, token: number, reason: ReleaseReason, nowMs: number, detail = '') => ({
  resource,
  holder,
  token,
  reason,
  detail,
  by: { kind: 'holder', id: holder.id } as const,
  nowMs,
});

export const handing = (from: { id: string; token: number }, to: Holder, nowMs: number): HandOver => ({
  resource,
  from,
  to,
  operation: 'navigate',
  ttlMs,
  reason: 'next attempt',
  by: { kind: 'holder', id: from.id },
  nowMs,
});

export const silence = (token: number, nowMs: number, lockDelayMs = 0) => ({
  resource,
  token,
  lockDelayMs,
  nowMs,
  evidence: { silentForMs: 130_000, ttlMs, lastBeat: 7, observedRevision: '3', monitor: 'daemon-a' },
});

export const breaking = (nowMs: number, reason = 'stale_timeout', lockDelayMs = 0) => ({
  resource,
  reason,
  lockDelayMs,
  nowMs,
  by: { kind: 'operator', id: 'ada' } as const,
});

export const reserving = (operator: string, nowMs: number, displaces = false) => ({
  resource,
  operator,
  reason: 'under repair',
  displaces,
  nowMs,
});

export const lifting = (nowMs: number) => ({
  resource,
  reason: 'repaired',
  by: { kind: 'operator', id: 'ada' } as const,
  nowMs,
});

export const held = (holder: Holder, token: number, sinceMs: number) => ({
  holder,
  token,
  operation: 'navigate',
  ttlMs,
  sinceMs,
  reason: '',
});

export const granted = (holder: Holder, token: number, sinceMs: number, inherited = nothing): Granted => ({
  type: 'Granted',
  hold: held(holder, token, sinceMs),
  already: false,
  inherited,
});

export const past = (
  holder: Holder,
  token: number,
  reason: ReleaseReason,
  freedAtMs: number,
  detail = '',
): PastHold => ({
  holder,
  token,
  reason,
  detail,
  freedAtMs,
});

export const freed = (gone: PastHold): Freed => ({ type: 'Freed', past: gone, already: false });
export const freeAlready = (gone: PastHold): Freed => ({ type: 'Freed', past: gone, already: true });

/** Held by `one` since `t0` under token 1. */
export const givenHeld = (holder: Holder = one) => given(...givenNothing.when(acquire, acquiring(holder, t0)).history);
/** Held, then given back a second later. */
export const givenIdle = (reason: ReleaseReason = 'completed', detail = '') =>
  given(...givenHeld().when(release, releasing(one, 1, reason, t0 + 1_000, detail)).history);

export const ore = (obligationId = 'o1'): Obligation => ({
  obligationId,
  good: 'IRON_ORE',
  units: 40,
  sinceMs: t0 + 10,
  by: 'container-123',
});
export const bought = (obligationId = 'o1', token = 1): LeaseEvent => ({
  type: 'ObligationIncurred',
  resource,
  token,
  obligationId,
  good: 'IRON_ORE',
  units: 40,
  atMs: t0 + 10,
});
export const intended = (deadlineMs: number, effectId = 'e1', token = 1): LeaseEvent => ({
  type: 'EffectIntended',
  resource,
  token,
  effectId,
  action: 'purchase',
  deadlineMs,
  probe: { look: 'cargo' },
  atMs: t0 + 5,
});

export function textOf(outcome: { readonly type: string } | undefined): string {
  if (!outcome || !isLeaseRefusal(outcome)) throw new Error(`${outcome?.type} is no refusal`);
  return leaseRefusalText(outcome);
}
