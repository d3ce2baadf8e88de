import type { Obligation } from '../lease/events.js';
import { cargoBeyond } from './cargo-beyond.js';
import type { CargoEvidence } from './recovery.js';

/** A ship whose holder is over. Only an empty one may be given to others. */
export type LeftShip =
  | { readonly type: 'empty' }
  /** It owes something, or carries what nobody has put down as owed yet (`unbound`). */
  | { readonly type: 'laden'; readonly unbound: ReturnType<typeof cargoBeyond> }
  | { readonly type: 'unverified'; readonly reason: string };

export function leftShip(obligations: readonly Obligation[], aboard: CargoEvidence): LeftShip {
  const unbound = aboard.type === 'read' ? cargoBeyond(obligations, aboard.goods) : [];
  if (unbound.length > 0 || obligations.length > 0) return { type: 'laden', unbound };
  return aboard.type === 'unreadable' ? { type: 'unverified', reason: aboard.reason } : { type: 'empty' };
}
