import type { CommandContext } from '../../../application/command-context.js';
import { ReleaseLease } from '../../../application/leases/release-lease.js';
import { ListAssignments, type Assignment, type AssignmentKey } from '../../../application/queries/assignments.js';
import type { Holder, PastHold } from '../../../domain/lease/events.js';
import { releaseReasonOf } from '../../../domain/lease/reasons.js';
import { isLeaseRefusal, leaseRefusalText } from '../../../domain/lease/refusals.js';
import type { Dispatcher } from '../asking/dispatcher.js';
import { failure } from '../problems.js';
import { shipAt } from '../ships/ship-of.js';
import type { BulkReleaseBody } from './bulk-schemas.js';

interface Held extends Assignment {
  readonly holder: Holder;
}

/** The leases of a player that a selector means, with how they stand in the view. */
export async function selectHeld(
  dispatcher: Dispatcher,
  ask: BulkReleaseBody,
  nowMs: number,
): Promise<readonly Held[]> {
  const { player, container: containerId, operation, ships, olderThanMs = -1, max } = ask;
  const held: Held[] = [];
  let after: AssignmentKey | undefined;
  do {
    const filter = { player, containerId, operation, after, limit: 1_000 };
    const { value } = await dispatcher.view(new ListAssignments({ ...filter, statuses: ['active', 'reserved'] }));
    for (const each of value.rows) {
      const chosen = !ships || ships.includes(each.ship);
      if (each.holder && chosen && nowMs - (each.assignedAtMs ?? nowMs) > olderThanMs) {
        held.push({ ...each, holder: each.holder });
      }
    }
    after = value.next ?? undefined;
  } while (after);
  if (held.length > max) {
    throw failure('TooMany', `The selection has ${held.length} leases and max is ${max}. Nothing was released.`, {
      extensions: { selected: held.length, max },
    });
  }
  return held;
}

export interface ReleasedOrKept {
  readonly released: boolean;
  readonly freed: PastHold | null;
  readonly why: string;
  readonly position: bigint;
}

/** What a release would meet, as the view has it. */
export function foreseen({ status, holder, obligations, container }: Held): ReleasedOrKept {
  const kept = (why: string) => ({ released: false, freed: null, why, position: 0n });
  if (status === 'reserved') return kept(`operator ${holder.id} reserved it: lift the reservation`);
  if (obligations.length > 0) {
    return kept(`it still owes ${obligations.map(({ units, good }) => `${units} ${good}`).join(', ')}`);
  }
  const ends = container ? `container ${holder.id} (${container.status}) is ended` : `${holder.id} loses it`;
  return { released: true, freed: null, why: ends, position: 0n };
}

/** Frees a lease under the token that was seen: one that has moved on since is left alone. */
export async function releaseSeen(
  dispatcher: Dispatcher,
  context: CommandContext,
  seen: Held,
  { operator, reason }: Pick<BulkReleaseBody, 'operator' | 'reason'>,
): Promise<ReleasedOrKept> {
  const before = foreseen(seen);
  if (!before.released) return before;
  const { outcome, position } = await dispatcher.attempt(
    new ReleaseLease(context, {
      resource: shipAt(seen.player, seen.ship),
      holder: seen.holder,
      token: seen.token,
      reason: releaseReasonOf(reason) ?? 'manual',
      detail: reason,
      by: { kind: 'operator', id: operator },
    }),
  );
  if (isLeaseRefusal(outcome)) return { released: false, freed: null, why: leaseRefusalText(outcome), position };
  return { released: !outcome.already, freed: outcome.past, why: before.why, position };
}
