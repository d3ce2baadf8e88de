import type { Aggregate } from '../kernel/decider.js';
import type { Hold, Holder, LeaseEvent, LeaseSnapshot, PastHold, Particulars } from './events.js';
import type { ReleaseReason } from './reasons.js';
import type { Resource } from './resource.js';

export interface LeaseState extends LeaseSnapshot {
  /** Unknown before the first event. */
  readonly resource: Resource | null;
}

const initial: LeaseState = {
  resource: null,
  lastToken: 0,
  hold: null,
  previous: null,
  freeFromMs: 0,
  effects: [],
  obligations: [],
};

function freed(
  state: LeaseState,
  event: { readonly holder: Holder; readonly token: number; readonly atMs: number },
  reason: ReleaseReason,
  detail: string,
  freeFromMs: number,
): LeaseState {
  const previous: PastHold = {
    holder: event.holder,
    token: event.token,
    reason,
    detail,
    freedAtMs: event.atMs,
  };
  return { ...state, hold: null, previous, freeFromMs };
}

function evolve(state: LeaseState, event: LeaseEvent): LeaseState {
  switch (event.type) {
    case 'LeaseGranted':
    case 'LeaseHandedOver':
    case 'LeaseReserved':
      return {
        resource: event.resource,
        lastToken: event.token,
        hold: {
          holder: event.holder,
          token: event.token,
          operation: event.operation,
          ttlMs: event.ttlMs,
          sinceMs: event.atMs,
          reason: event.type === 'LeaseReserved' ? event.reason : '',
          ...particularsOf(event),
        },
        previous: event.inherited.previous,
        freeFromMs: 0,
        effects: event.inherited.effects,
        obligations: event.inherited.obligations,
      };
    case 'LeaseReleased':
      return freed(state, event, event.reason, event.detail, lastDeadlineMs(state));
    case 'LeaseExpired':
      return freed(state, event, 'expired', `silent for ${event.evidence.silentForMs} ms`, event.freeFromMs);
    case 'LeaseBroken':
      return freed(state, event, 'manual', event.reason, event.freeFromMs);
    case 'EffectIntended': {
      const { effectId, action, token, deadlineMs, probe } = event;
      return { ...state, effects: [...state.effects, { effectId, action, token, deadlineMs, probe }] };
    }
    case 'EffectObserved':
      return {
        ...state,
        effects: state.effects.filter(({ effectId }) => effectId !== event.effectId),
        ...(event.result === 'happened' && { workedUnder: event.token }),
      };
    case 'ObligationIncurred': {
      const { obligationId, good, units, atMs } = event;
      const by = state.hold?.holder.id;
      const obligation = { obligationId, good, units, sinceMs: atMs, ...(by !== undefined && { by }) };
      return { ...state, obligations: [...state.obligations, obligation] };
    }
    case 'ObligationSettled':
      return {
        ...state,
        obligations: state.obligations.filter(({ obligationId }) => obligationId !== event.obligationId),
      };
    case 'LeaseChapterOpened':
      return { resource: event.resource, ...event.state };
    default:
      return event satisfies never;
  }
}

function opensChapter(event: LeaseEvent): boolean {
  switch (event.type) {
    case 'LeaseGranted':
    case 'LeaseHandedOver':
    case 'LeaseReserved':
    case 'LeaseChapterOpened':
      return true;
    default:
      return false;
  }
}

function chapterOf({ resource, ...state }: LeaseState, atMs: number): LeaseEvent | undefined {
  return resource ? { type: 'LeaseChapterOpened', resource, atMs, state } : undefined;
}

/** The exclusive right to act on one resource, whatever its kind. */
export const lease: Aggregate<LeaseState, LeaseEvent> = { initial, evolve, opensChapter, chapterOf };

/** What a holder says of itself, where it says anything. */
export function particularsOf({ owner, process }: Particulars): Particulars {
  return { ...ownerOf({ owner }), ...(process === undefined ? {} : { process }) };
}

export function ownerOf({ owner }: { readonly owner?: string | undefined }): Pick<Particulars, 'owner'> {
  return owner === undefined ? {} : { owner };
}

export function sameHolder(one: Holder, other: Holder): boolean {
  return sameButForAttempt(one, other) && one.attempt === other.attempt;
}

/** The same container or session, in whatever attempt. */
export function sameButForAttempt(one: Holder, other: Holder): boolean {
  return one.kind === other.kind && one.id === other.id;
}

/** How a hold ends, or ended. */
export type WayOut = Pick<PastHold, 'reason' | 'detail'>;

/** How the hold under a token ended, as far as its lease still tells: it passed on to others otherwise. */
export function wayOut(token: number, { previous, lastToken }: Pick<LeaseState, 'previous' | 'lastToken'>): WayOut {
  if (previous?.token === token) return { reason: previous.reason, detail: previous.detail };
  return { reason: 'stale_cleanup', detail: `its lock passed on, and is at token ${lastToken}` };
}

export function isReservation(hold: { readonly holder: Holder }): boolean {
  return hold.holder.kind === 'operator';
}

/**
 * The hold with its beginning by the judge's clock. It was written down by another machine's, which may be behind by
 * anything: a hold is taken for no older than its stream is known to have been as it is.
 */
export function noOlderThan(hold: Hold, unchangedForMs: number, nowMs: number): Hold {
  return { ...hold, sinceMs: Math.max(hold.sinceMs, nowMs - unchangedForMs) };
}

/** No open effect can land after this instant; 0 when none is open. */
export function lastDeadlineMs({ effects }: Pick<LeaseState, 'effects'>): number {
  return Math.max(0, ...effects.map(({ deadlineMs }) => deadlineMs));
}
