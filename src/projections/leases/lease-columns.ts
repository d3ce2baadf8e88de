import type { Holder, LeaseEvent, Obligation, OpenEffect, PastHold } from '../../domain/lease/events.js';
import { isReservation, lease, type LeaseState } from '../../domain/lease/lease.js';
import { resourceOfStream, sameResource, type LeaseKind, type Resource } from '../../domain/lease/resource.js';
import type { ColumnKind } from '../rows/table.js';
import { Misplaced, type Fact } from '../view.js';

/** The lease a row was made from, so that the next event of a batch need not read the row's JSON again. */
const made = Symbol('made');

/** What the row of a lease has, whatever it is a lease of. */
export type LeaseColumns = {
  readonly [made]?: LeaseState;
  readonly operation: string | null;
  readonly status: string;
  readonly assigned_at: number | null;
  readonly released_at: number | null;
  readonly release_reason: string | null;
  readonly token: number;
  readonly holder_kind: string | null;
  readonly holder_id: string | null;
  readonly holder_attempt: number | null;
  readonly ttl_ms: number | null;
  readonly reservation_reason: string | null;
  readonly previous_holder_kind: string | null;
  readonly previous_holder_id: string | null;
  readonly previous_holder_attempt: number | null;
  readonly previous_token: number | null;
  readonly previous_reason: string | null;
  readonly previous_detail: string | null;
  readonly previous_freed_at: number | null;
  readonly free_from: number | null;
  readonly obligations: string;
  readonly effects: string;
  readonly updated_at: number;
  readonly revision: string;
  readonly position: string;
};

export const leaseColumns = {
  operation: 'text',
  status: 'text',
  assigned_at: 'time',
  released_at: 'time',
  release_reason: 'text',
  token: 'bigint',
  holder_kind: 'text',
  holder_id: 'text',
  holder_attempt: 'bigint',
  ttl_ms: 'number',
  reservation_reason: 'text',
  previous_holder_kind: 'text',
  previous_holder_id: 'text',
  previous_holder_attempt: 'bigint',
  previous_token: 'bigint',
  previous_reason: 'text',
  previous_detail: 'text',
  previous_freed_at: 'time',
  free_from: 'time',
  obligations: 'json',
  effects: 'json',
  updated_at: 'time',
  revision: 'position',
  position: 'position',
} as const satisfies Readonly<Record<Exclude<keyof LeaseColumns, symbol>, ColumnKind>>;

/** @throws Misplaced for a stream of another kind */
export function resourceIn({ stream }: Pick<Fact, 'stream'>, kinds: readonly LeaseKind[], what: string): Resource {
  const resource = resourceOfStream(stream);
  if (!resource || !kinds.includes(resource.kind)) throw new Misplaced(`${stream} is not the stream of a ${what}`);
  return resource;
}

/** Rows that were folded before obligations named who incurred them must come out the same when folded anew. */
function owedIn({ obligations }: LeaseState): readonly Obligation[] {
  return obligations.map(({ by: _by, ...owed }) => owed);
}

/** The lease after one more event. `stored` is the lease as its row has it; undefined before the first event. */
export function evolveLease<R extends LeaseColumns>(
  row: R | undefined,
  stored: (row: R) => LeaseState,
  resource: Resource,
  event: LeaseEvent,
  fact: Fact,
): { readonly state: LeaseState; readonly columns: LeaseColumns } {
  if (!sameResource(resource, event.resource)) throw new Misplaced(`${fact.stream} holds an event of another resource`);
  const before = row ? (row[made] ?? stored(row)) : lease.initial;
  const state = lease.evolve(before, event);
  const { hold, previous } = state;
  const text = (part: 'obligations' | 'effects'): string =>
    row && before[part] === state[part] ? row[part] : JSON.stringify(part === 'effects' ? state[part] : owedIn(state));
  const columns: LeaseColumns = {
    [made]: state,
    operation: hold?.operation ?? row?.operation ?? null,
    status: hold ? (isReservation(hold) ? 'reserved' : 'active') : 'idle',
    assigned_at: hold?.sinceMs ?? row?.assigned_at ?? null,
    released_at: hold ? null : (previous?.freedAtMs ?? null),
    release_reason: hold ? null : (previous?.reason ?? null),
    token: state.lastToken,
    holder_kind: hold?.holder.kind ?? null,
    holder_id: hold?.holder.id ?? null,
    holder_attempt: hold?.holder.attempt ?? null,
    ttl_ms: hold?.ttlMs ?? null,
    reservation_reason: hold && isReservation(hold) ? hold.reason : null,
    previous_holder_kind: previous?.holder.kind ?? null,
    previous_holder_id: previous?.holder.id ?? null,
    previous_holder_attempt: previous?.holder.attempt ?? null,
    previous_token: previous?.token ?? null,
    previous_reason: previous?.reason ?? null,
    previous_detail: previous?.detail ?? null,
    previous_freed_at: previous?.freedAtMs ?? null,
    free_from: state.freeFromMs === 0 ? null : state.freeFromMs,
    obligations: text('obligations'),
    effects: text('effects'),
    updated_at: event.atMs,
    revision: String(fact.revision),
    position: String(fact.position),
  };
  return { state, columns };
}

/**
 * The lease as the row has it. Left out is what only a recovery asks for, which reads it from the log: the token under
 * which an effect was last seen to have happened, and who incurred an obligation.
 */
export function leaseOf(resource: Resource, row: LeaseColumns): LeaseState {
  const holder = holderOf(row.holder_kind, row.holder_id, row.holder_attempt);
  return {
    resource,
    lastToken: row.token,
    hold: holder && {
      holder,
      token: row.token,
      operation: row.operation ?? '',
      ttlMs: row.ttl_ms ?? 0,
      sinceMs: row.assigned_at ?? 0,
      reason: row.reservation_reason ?? '',
    },
    previous: previousOf(row),
    freeFromMs: row.free_from ?? 0,
    effects: JSON.parse(row.effects) as OpenEffect[],
    obligations: JSON.parse(row.obligations) as Obligation[],
  };
}

function previousOf(row: LeaseColumns): PastHold | null {
  const holder = holderOf(row.previous_holder_kind, row.previous_holder_id, row.previous_holder_attempt);
  return (
    holder && {
      holder,
      token: row.previous_token ?? 0,
      reason: row.previous_reason as PastHold['reason'],
      detail: row.previous_detail ?? '',
      freedAtMs: row.previous_freed_at ?? 0,
    }
  );
}

export function holderOf(kind: string | null, id: string | null, attempt: number | null): Holder | null {
  return kind === null || id === null ? null : { kind: kind as Holder['kind'], id, attempt: attempt ?? 1 };
}
