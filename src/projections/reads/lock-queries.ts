import { Inject } from '@nestjs/common';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { Clock } from '../../application/ports/clock.js';
import type { EventStore } from '../../application/ports/event-store.js';
import { CLOCK, EVENT_STORE } from '../../application/ports/tokens.js';
import type { AssignmentStatus } from '../../application/queries/assignments.js';
import {
  ListLocks,
  ListHeldLocks,
  type Lock,
  type LockFilter,
  type LockKey,
  type LockKind,
} from '../../application/queries/locks.js';
import type { NotThereYet, Page, ViewAnswer } from '../../application/queries/view-answer.js';
import { holderOf } from '../leases/lease-columns.js';
import { locks, locksTable, lockStateOf, type LockRow } from '../locks/locks.js';
import { limitOf, pageOf, selectRows, Where } from './select.js';
import { requirePast, ViewAsOf } from './view-as-of.js';
import { ViewReader } from './view-reader.js';

const held: readonly AssignmentStatus[] = ['active', 'reserved'];
const keyOf = ({ resource: { kind, scope, name } }: Lock): LockKey => ({ kind, scope, name });

@QueryHandler(ListLocks)
export class ListLocksHandler implements IQueryHandler<ListLocks> {
  constructor(
    @Inject(ViewReader) private readonly reader: ViewReader,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute({ ask }: ListLocks): Promise<ViewAnswer<Page<Lock, LockKey>> | NotThereYet> {
    const limit = limitOf(ask);
    const { kind, scope, name, holder, owner, statuses = held, after, asOf } = ask;
    if (asOf) {
      await requirePast(asOf, this.store, this.clock);
      const then = new ViewAsOf(locks, this.store, asOf);
      await then.foldAll();
      const rows = then.rows.sorted(locksTable).map((row) => lockOf(row as LockRow));
      const wanted = rows.filter((each) => isWanted(each, ask) && (!after || isAfter(each, after)));
      return then.answer(pageOf(wanted, limit, keyOf));
    }
    return this.reader.answer([locks], ask, async (connection) => {
      const where = new Where()
        .and('status = ANY(?)', statuses)
        .and('kind = ?', kind)
        .and('scope = ?', scope)
        .and('name = ?', name)
        .and('holder_id = ?', holder)
        .and('owner = ?', owner)
        .and('(kind, scope, name) > (?, ?, ?)', after?.kind, after?.scope, after?.name);
      if (!statuses.includes('idle')) where.and('status <> ?', 'idle');
      return pageOf((await selectRows(connection, locksTable, where, limit + 1)).map(lockOf), limit, keyOf);
    });
  }
}

@QueryHandler(ListHeldLocks)
export class ListHeldLocksHandler implements IQueryHandler<ListHeldLocks> {
  constructor(@Inject(ViewReader) private readonly reader: ViewReader) {}

  execute({ ask }: ListHeldLocks): Promise<ViewAnswer<readonly Lock[]> | NotThereYet> {
    return this.reader.answer([locks], ask, async (connection) => {
      return (await selectRows(connection, locksTable, new Where().and('status <> ?', 'idle'))).map(lockOf);
    });
  }
}

function isWanted(
  { resource, holder: held_, owner: of, status }: Lock,
  { kind, scope, name, holder, owner, statuses = held }: LockFilter,
): boolean {
  return (
    statuses.includes(status) &&
    (kind === undefined || resource.kind === kind) &&
    (scope === undefined || resource.scope === scope) &&
    (name === undefined || resource.name === name) &&
    (holder === undefined || held_?.id === holder) &&
    (owner === undefined || of === owner)
  );
}

function isAfter({ resource }: Lock, after: LockKey): boolean {
  for (const part of ['kind', 'scope', 'name'] as const) {
    if (resource[part] !== after[part])
      return Buffer.compare(Buffer.from(resource[part]), Buffer.from(after[part])) > 0;
  }
  return false;
}

export function lockOf(row: LockRow): Lock {
  const { hold, previous } = lockStateOf(row);
  return {
    resource: { kind: row.kind as LockKind, scope: row.scope, name: row.name },
    status: row.status as AssignmentStatus,
    holder: holderOf(row.holder_kind, row.holder_id, row.holder_attempt),
    owner: hold?.owner ?? null,
    process: hold?.process ?? null,
    token: row.token,
    operation: row.operation,
    ttlMs: row.ttl_ms,
    sinceMs: row.assigned_at,
    releasedAtMs: row.released_at,
    releaseReason: row.release_reason,
    reservationReason: row.reservation_reason,
    previous,
    freeFromMs: row.free_from,
    updatedAtMs: row.updated_at,
    revision: BigInt(row.revision),
    position: BigInt(row.position),
  };
}
