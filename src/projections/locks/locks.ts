import type { LeaseEvent, Particulars } from '../../domain/lease/events.js';
import { particularsOf, type LeaseState } from '../../domain/lease/lease.js';
import { leaseStream, type LeaseKind, type Resource } from '../../domain/lease/resource.js';
import { streamPrefix } from '../../domain/streams.js';
import { isLeaseEvent } from '../event-family.js';
import { evolveLease, leaseColumns, leaseOf, resourceIn, type LeaseColumns } from '../leases/lease-columns.js';
import { table } from '../rows/table.js';
import { Misplaced, type Fact, type View } from '../view.js';

export type LockRow = LeaseColumns & {
  readonly kind: string;
  readonly scope: string;
  readonly name: string;
  /** These say whom the holder works for and where it runs, as it says itself; null while the lock is free. */
  readonly owner: string | null;
  readonly host: string | null;
  readonly pid: number | null;
  /** `{machine, began, …}` */
  readonly process_mark: string | null;
};

export const locksTable = table<LockRow>({
  name: 'locks',
  key: ['kind', 'scope', 'name'],
  columns: {
    kind: 'text',
    scope: 'text',
    name: 'text',
    owner: 'text',
    host: 'text',
    pid: 'bigint',
    process_mark: 'text',
    ...leaseColumns,
  },
});

/** The kinds of lease that are locks: ships are the fleet's. */
const lockKinds: readonly LeaseKind[] = ['task', 'phase'];

const lockOf = (fact: Pick<Fact, 'stream'>): Resource => resourceIn(fact, lockKinds, 'lock');
const resourceOf = ({ kind, scope, name }: LockRow): Resource => ({ kind: kind as LeaseKind, scope, name });

/** Who has which task and which phase. */
export const locks: View = {
  name: 'locks',
  streamPrefixes: [streamPrefix('task'), streamPrefix('phase')],
  tables: [locksTable],

  rowsTouchedBy(fact) {
    const { kind, scope, name } = lockOf(fact);
    return [{ table: locksTable, key: [kind, scope, name] }];
  },
  streamOf: (_table, row) => leaseStream(resourceOf(row as LockRow)),

  apply(fact, rows) {
    const { kind, scope, name } = lockOf(fact);
    if (!isLeaseEvent(fact.event)) throw new Misplaced(`${fact.stream} holds a ${fact.event.type}`);
    rows.put(locksTable, evolveLock(rows.get(locksTable, kind, scope, name), fact.event, fact));
  },
};

function evolveLock(row: LockRow | undefined, event: LeaseEvent, fact: Fact): LockRow {
  const { kind, scope, name } = lockOf(fact);
  const { state, columns } = evolveLease(row, lockStateOf, { kind, scope, name }, event, fact);
  const { owner = null, process } = state.hold ?? {};
  return {
    ...{ kind, scope, name, owner },
    host: process?.host ?? null,
    pid: process?.pid ?? null,
    process_mark: process?.mark ? JSON.stringify(process.mark) : null,
    ...columns,
  };
}

/** The lease as the domain knows it. */
export function lockStateOf(row: LockRow): LeaseState {
  const state = leaseOf(resourceOf(row), row);
  return state.hold ? { ...state, hold: { ...state.hold, ...particularsIn(row) } } : state;
}

function particularsIn({ owner, host, pid, process_mark: mark }: LockRow): Particulars {
  return particularsOf({
    ...(owner !== null && { owner }),
    ...(host !== null &&
      pid !== null && { process: { host, pid, mark: mark === null ? null : (JSON.parse(mark) as never) } }),
  });
}
