import type { LeaseState } from '../../domain/lease/lease.js';
import type { LeaseRefusal } from '../../domain/lease/refusals.js';
import type { Resource } from '../../domain/lease/resource.js';

/** One run of a phase, as its owner names it. */
export interface RunAsk {
  readonly flowId: string;
  readonly phase: string;
  readonly token: number;
}

/** Why a write under this token is refused; undefined while its lease is in force. */
export function notInForce(
  resource: Resource,
  token: number,
  { hold, lastToken }: LeaseState,
): LeaseRefusal | undefined {
  if (hold?.token === token) return undefined;
  return lastToken === 0 ? { type: 'NeverHeld', resource } : { type: 'StaleToken', resource, token, lastToken, hold };
}
