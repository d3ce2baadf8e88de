import type { Connection } from '../../application/ports/views.js';
import type { Assignment, AssignmentStatus } from '../../application/queries/assignments.js';
import type { ContainerRow } from '../../application/queries/containers.js';
import { containers, wholeSnapshotOf, type ContainerTableRow } from '../fleet/containers.js';
import { leaseStateOf, type ShipAssignmentRow } from '../fleet/ship-assignments.js';
import { holderOf } from '../leases/lease-columns.js';
import { selectRows, Where } from './select.js';

export function containerRowOf(row: ContainerTableRow): ContainerRow {
  const { progress: _progress, removed: _removed, ...snapshot } = wholeSnapshotOf(row);
  return { ...snapshot, token: row.token, revision: BigInt(row.revision), position: BigInt(row.position) };
}

export function assignmentOf(row: ShipAssignmentRow, container: ContainerRow | null): Assignment {
  const { previous, obligations, effects } = leaseStateOf(row);
  return {
    player: row.player_id,
    ship: row.ship_symbol,
    status: row.status as AssignmentStatus,
    holder: holderOf(row.holder_kind, row.holder_id, row.holder_attempt),
    containerId: row.container_id,
    token: row.token,
    operation: row.operation,
    ttlMs: row.ttl_ms,
    assignedAtMs: row.assigned_at,
    releasedAtMs: row.released_at,
    releaseReason: row.release_reason,
    reservationReason: row.reservation_reason,
    previous,
    freeFromMs: row.free_from,
    obligations,
    effects,
    updatedAtMs: row.updated_at,
    revision: BigInt(row.revision),
    position: BigInt(row.position),
    container,
  };
}

/** Containers by id, for the assignments that name them. */
async function containersOf(
  connection: Connection,
  rows: readonly ShipAssignmentRow[],
): Promise<ReadonlyMap<string, ContainerRow>> {
  const ids = rows.map(({ container_id }) => container_id).filter((id) => id !== null);
  if (ids.length === 0) return new Map();
  const found = await selectRows(connection, containers, new Where().and('container_id = ANY(?)', ids));
  return new Map(found.map((row) => [row.container_id, containerRowOf(row)]));
}

export async function withContainers(
  connection: Connection,
  rows: readonly ShipAssignmentRow[],
): Promise<Assignment[]> {
  const held = await containersOf(connection, rows);
  return rows.map((row) => assignmentOf(row, held.get(row.container_id ?? '') ?? null));
}
