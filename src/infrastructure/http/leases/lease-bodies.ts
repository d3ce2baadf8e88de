import type { Answer } from '../../../application/answer.js';
import type { LeaseRenewed } from '../../../application/liveness/renew-lease.js';
import type { Policy } from '../../../application/policy.js';
import type { Freed, Granted, NothingToDo } from '../../../domain/lease/decision.js';
import type { Reserved } from '../../../domain/lease/reserving.js';
import type { Recorded } from '../../../domain/lease/effects.js';

export type Renewals = Pick<Policy, 'shipTtlMs' | 'shipRenewMs'>;

/** A time to live of the holder's own choice is renewed in the same proportion as ours. */
export function renewMsOf(ttlMs: number, { shipTtlMs, shipRenewMs }: Renewals): number {
  return Math.max(1, Math.floor((ttlMs * shipRenewMs) / shipTtlMs));
}

export function grantedBody({ outcome: { hold, already, inherited }, position }: Answer<Granted>, policy: Renewals) {
  const { token, ttlMs } = hold;
  const renewMs = renewMsOf(ttlMs, policy);
  return { hold, token, ttlMs, renewMs, inherited, already, position: String(position) };
}

export function renewedBody(
  { outcome: { hold, heartbeat }, position }: Answer<LeaseRenewed>,
  quietForMs: number,
  policy: Renewals,
) {
  const { token, ttlMs } = hold;
  const untilMs = heartbeat.atMs + ttlMs + quietForMs;
  return { hold, token, untilMs, ttlMs, renewMs: renewMsOf(ttlMs, policy), position: String(position) };
}

export function freedBody({ outcome: { past, already }, position }: Answer<Freed>) {
  return { freed: past, already, position: String(position) };
}

export function reservedBody({ outcome: { hold, displaced, already }, position }: Answer<Reserved>) {
  return { hold, displaced, already, position: String(position) };
}

export function freedOrNotBody({ outcome, position }: Answer<Freed | NothingToDo>) {
  return {
    freed: outcome.type === 'Freed' ? outcome.past : null,
    nothingToDo: outcome.type === 'NothingToDo' ? outcome.why : null,
    position: String(position),
  };
}

export function recordedBody({ outcome: { already }, position }: Answer<Recorded>) {
  return { already, position: String(position) };
}
