import type { LeaseEvent } from '../../domain/lease/events.js';
import type { LeaseState } from '../../domain/lease/lease.js';
import type { Resource } from '../../domain/lease/resource.js';
import { evolveLease, leaseColumns, leaseOf, resourceIn, type LeaseColumns } from '../leases/lease-columns.js';
import { table } from '../rows/table.js';
import type { Fact } from '../view.js';

/** Column names of the bot's database first, ours after them. */
export type ShipAssignmentRow = LeaseColumns & {
  readonly ship_symbol: string;
  readonly player_id: number;
  readonly container_id: string | null;
};

export const shipAssignments = table<ShipAssignmentRow>({
  name: 'ship_assignments',
  key: ['player_id', 'ship_symbol'],
  columns: { ship_symbol: 'text', player_id: 'integer', container_id: 'text', ...leaseColumns },
});

export function shipOf(fact: Pick<Fact, 'stream'>): Resource {
  return resourceIn(fact, ['ship'], 'ship');
}

export function evolveAssignment(row: ShipAssignmentRow | undefined, event: LeaseEvent, fact: Fact): ShipAssignmentRow {
  const resource = shipOf(fact);
  const { state, columns } = evolveLease(row, leaseStateOf, resource, event, fact);
  return {
    ship_symbol: resource.name,
    player_id: Number(resource.scope),
    container_id: state.hold?.holder.kind === 'container' ? state.hold.holder.id : null,
    ...columns,
  };
}

/** The lease as the domain knows it. */
export function leaseStateOf(row: ShipAssignmentRow): LeaseState {
  return leaseOf({ kind: 'ship', scope: String(row.player_id), name: row.ship_symbol }, row);
}
