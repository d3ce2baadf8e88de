import type { Answer } from '../../../application/answer.js';
import type { BulkLease, BulkReleased } from '../../../application/leases/bulk-release.js';
import type { BulkSelector } from '../../../domain/lease/bulk-release.js';
import { leaseRefusalText } from '../../../domain/lease/refusals.js';
import type { BulkReleaseBody } from './bulk-schemas.js';

export function selectorOf({ player, ships, container, operation, olderThanMs }: BulkReleaseBody): BulkSelector {
  return {
    player,
    holderId: container ?? null,
    ships: ships ?? null,
    operation: operation ?? null,
    olderThanMs: olderThanMs ?? null,
  };
}

export function bulkReleasedBody({ outcome: { leases }, position }: Answer<BulkReleased>, preview: boolean) {
  return {
    preview,
    selected: leases.length,
    released: leases.filter(({ released }) => released).length,
    leases: leases.map((lease) => {
      const { resource, token, holder, heldForMs, released, freed } = lease;
      return { ship: resource.name, token, holder, heldForMs, released, freed, why: whyOf(lease) };
    }),
    position: String(position),
  };
}

function whyOf({ refusal, container, holder }: BulkLease): string {
  if (refusal) return leaseRefusalText(refusal);
  return container === null ? `${holder.id} loses it` : `container ${holder.id} (${container}) is ended`;
}
