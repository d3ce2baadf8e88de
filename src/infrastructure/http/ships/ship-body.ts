import type { Assignment } from '../../../application/queries/assignments.js';

/** A ship with its lease, as it is sent. */
export function shipBody({ ship, containerId, container, revision, position: _position, ...assignment }: Assignment) {
  return {
    ...assignment,
    symbol: ship,
    container: containerId,
    containerStatus: container?.status ?? null,
    revision: String(revision),
  };
}
