import type { JsonObject } from '../kernel/json.js';
import type { ProcessMark } from '../kernel/process-mark.js';
import type { ReleaseReason } from './reasons.js';
import type { Resource } from './resource.js';

/** Who has the lease. An attempt is one incarnation: 1, 2, 3…; an operator's is always 1. */
export interface Holder {
  readonly kind: 'container' | 'agent' | 'operator';
  readonly id: string;
  readonly attempt: number;
}

/** Where a holder that is a session runs, as it says itself: evidence, never who holds. */
export interface HoldingProcess {
  readonly host: string;
  readonly pid: number;
  /** Null where the session could not tell. */
  readonly mark: ProcessMark | null;
}

/** What a holder says of itself: for people, and as evidence. */
export interface Particulars {
  /** Whom it works for, in words; absent where the holder's id says it. */
  readonly owner?: string;
  readonly process?: HoldingProcess;
}

/** Who asked for a change: the holder itself, a person, or the system on the holder's behalf. */
export interface Asker {
  readonly kind: 'holder' | 'operator' | 'system';
  readonly id: string;
}

/** One change in the outside world, declared before it is tried. */
export interface OpenEffect {
  readonly effectId: string;
  readonly action: string;
  readonly token: number;
  readonly deadlineMs: number;
  /** What to look at, to learn whether it happened. */
  readonly probe: JsonObject;
}

/** What the ship still owes: cargo bought and not yet sold or delivered. */
export interface Obligation {
  readonly obligationId: string;
  readonly good: string;
  readonly units: number;
  readonly sinceMs: number;
  /** The holder that incurred it, by its id; absent: nobody held the ship, or it is older than this record. */
  readonly by?: string;
}

/** How the hold before this one ended. */
export interface PastHold {
  readonly holder: Holder;
  readonly token: number;
  readonly reason: ReleaseReason;
  readonly detail: string;
  readonly freedAtMs: number;
}

/** Everything a new holder takes over, so that a grant can be read without what came before it. */
export interface Inheritance {
  readonly effects: readonly OpenEffect[];
  readonly obligations: readonly Obligation[];
  readonly previous: PastHold | null;
}

export interface SilenceEvidence {
  /** How long the monitor heard no heartbeat, on its own monotonic clock. */
  readonly silentForMs: number;
  readonly ttlMs: number;
  /** Number of the last heartbeat seen, if any was. */
  readonly lastBeat: number | null;
  readonly observedRevision: string;
  readonly monitor: string;
}

interface OfLease {
  readonly resource: Resource;
  readonly token: number;
  readonly atMs: number;
}
interface OfHold extends OfLease {
  readonly holder: Holder;
}
interface EndOfHold extends OfHold {
  /** Whom the holder worked for; absent where it did not say, and in events older than this field. */
  readonly owner?: string;
}
interface NewHold extends OfHold, Particulars {
  readonly operation: string;
  readonly ttlMs: number;
  readonly inherited: Inheritance;
}

/** Stored: names and fields are added to, never renamed or dropped. */
export type LeaseEvent =
  | ({ readonly type: 'LeaseGranted' } & NewHold)
  | ({
      readonly type: 'LeaseHandedOver';
      readonly from: { readonly holder: Holder; readonly token: number };
      readonly reason: string;
      readonly by: Asker;
    } & NewHold)
  | ({
      readonly type: 'LeaseReserved';
      readonly reason: string;
      readonly displaced: { readonly holder: Holder; readonly token: number } | null;
    } & NewHold)
  | ({
      readonly type: 'LeaseReleased';
      readonly reason: ReleaseReason;
      readonly detail: string;
      readonly by: Asker;
    } & EndOfHold)
  | ({
      readonly type: 'LeaseExpired';
      readonly evidence: SilenceEvidence;
      readonly freeFromMs: number;
    } & EndOfHold)
  | ({
      readonly type: 'LeaseBroken';
      readonly reason: string;
      readonly by: Asker;
      readonly freeFromMs: number;
    } & EndOfHold)
  | ({ readonly type: 'EffectIntended' } & OfLease & Omit<OpenEffect, 'token'>)
  | ({
      readonly type: 'EffectObserved';
      readonly effectId: string;
      readonly result: 'happened' | 'did-not-happen';
      readonly evidence: JsonObject;
    } & OfLease)
  | ({
      readonly type: 'ObligationIncurred';
      readonly obligationId: string;
      readonly good: string;
      readonly units: number;
    } & OfLease)
  | ({
      readonly type: 'ObligationSettled';
      readonly obligationId: string;
      readonly how: 'sold' | 'delivered' | 'jettisoned' | 'written-off';
      readonly by: Asker;
    } & OfLease)
  | {
      readonly type: 'LeaseChapterOpened';
      readonly resource: Resource;
      readonly atMs: number;
      readonly state: LeaseSnapshot;
    };

export interface Hold extends Particulars {
  readonly holder: Holder;
  readonly token: number;
  readonly operation: string;
  readonly ttlMs: number;
  readonly sinceMs: number;
  /** An operator's reason for a reservation; otherwise empty. */
  readonly reason: string;
}

export interface LeaseSnapshot {
  readonly lastToken: number;
  readonly hold: Hold | null;
  readonly previous: PastHold | null;
  /** After an unclean loss nobody is granted the lease before this instant. */
  readonly freeFromMs: number;
  readonly effects: readonly OpenEffect[];
  readonly obligations: readonly Obligation[];
  /** The token under which an effect was last seen to have happened; absent: none was since the present grant. */
  readonly workedUnder?: number;
}
