import type { Explanation } from '../../../application/custody/explain-lease.js';

/** The explanation of a lease as it is sent: alone, and inside every refusal that is about a lease. */
export function explanationBody({ position, ...explanation }: Explanation) {
  return { ...explanation, position: String(position) };
}
