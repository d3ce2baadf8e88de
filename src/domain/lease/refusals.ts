import type { Hold, Obligation } from './events.js';
import { saidOf, type Resource } from './resource.js';

/** Why an asker did not get what it asked for. Each is complete enough to act on. */
export type LeaseRefusal =
  | { readonly type: 'HeldByAnother'; readonly resource: Resource; readonly hold: Hold }
  | { readonly type: 'ReservedByOperator'; readonly resource: Resource; readonly hold: Hold }
  | { readonly type: 'NotFreeYet'; readonly resource: Resource; readonly freeFromMs: number }
  | { readonly type: 'Laden'; readonly resource: Resource; readonly obligations: readonly Obligation[] }
  | {
      readonly type: 'StaleToken';
      readonly resource: Resource;
      readonly token: number;
      readonly lastToken: number;
      readonly hold: Hold | null;
    }
  | { readonly type: 'NeverHeld'; readonly resource: Resource }
  | { readonly type: 'OtherProcess'; readonly resource: Resource; readonly token: number; readonly hold: Hold }
  /** `alive`: it runs, where this was asked; `unmarked`: without a mark its number proves nothing. */
  | {
      readonly type: 'NotProvenDead';
      readonly resource: Resource;
      readonly token: number;
      readonly hold: Hold;
      readonly why: 'alive' | 'unmarked';
    }
  /** The work under the lease goes on under this token: only finishing the work completes it. */
  | { readonly type: 'WorkUnfinished'; readonly resource: Resource; readonly token: number }
  | { readonly type: 'UnknownEffect'; readonly resource: Resource; readonly effectId: string }
  | { readonly type: 'UnknownObligation'; readonly resource: Resource; readonly obligationId: string }
  | {
      readonly type: 'IdTaken';
      readonly resource: Resource;
      /** Of an effect or an obligation that is open. */
      readonly id: string;
      readonly differs: 'action' | 'probe' | 'good' | 'units';
    }
  | { readonly type: 'DeadlinePassed'; readonly resource: Resource; readonly deadlineMs: number };

const refusalTypes: Readonly<Record<LeaseRefusal['type'], true>> = {
  HeldByAnother: true,
  ReservedByOperator: true,
  NotFreeYet: true,
  Laden: true,
  StaleToken: true,
  NeverHeld: true,
  OtherProcess: true,
  NotProvenDead: true,
  WorkUnfinished: true,
  UnknownEffect: true,
  UnknownObligation: true,
  IdTaken: true,
  DeadlinePassed: true,
};

export function isLeaseRefusal(outcome: { readonly type: string }): outcome is LeaseRefusal {
  return Object.hasOwn(refusalTypes, outcome.type);
}

/** One sentence for people; the one that bots already look for, where there is one. */
export function leaseRefusalText(refusal: LeaseRefusal): string {
  const { kind, name } = refusal.resource;
  const what = saidOf(refusal.resource);
  switch (refusal.type) {
    case 'HeldByAnother':
      return kind === 'ship'
        ? `${what} already assigned to ${refusal.hold.holder.id}`
        : `${what} is locked by ${refusal.hold.owner ?? refusal.hold.holder.id}`;
    case 'ReservedByOperator':
      return `${what} is reserved by operator ${refusal.hold.holder.id}: ${refusal.hold.reason}`;
    case 'NotFreeYet':
      return `${what} is not free yet: something its last holder began may still land`;
    case 'Laden':
      return `${what} still owes ${refusal.obligations.map(({ units, good }) => `${units} ${good}`).join(', ')}`;
    case 'StaleToken':
      return refusal.hold?.token === refusal.token
        ? `${what} is held by ${refusal.hold.holder.id} under token ${refusal.token}, not by who was named`
        : `token ${refusal.token} for ${what} is not the one in force`;
    case 'NeverHeld':
      return kind === 'ship' ? `no assignment found for ship ${name}` : `${what} was never locked`;
    case 'OtherProcess':
      return `${what} is not held by the process that was reported: ${refusal.hold.holder.id} named another one, or none`;
    case 'NotProvenDead':
      return refusal.why === 'alive'
        ? `${what} is held by a process that is alive`
        : `${what} is held by a process that was named without a mark: its number alone does not prove that it is dead`;
    case 'WorkUnfinished':
      return `${what} is worked on under token ${refusal.token}: complete the work, or release the lock for another reason`;
    case 'UnknownEffect':
      return `${what} has no open effect ${refusal.effectId}`;
    case 'UnknownObligation':
      return `${what} has no open obligation ${refusal.obligationId}`;
    case 'IdTaken':
      return `${what} has an open ${refusal.id} whose ${refusal.differs} is another`;
    case 'DeadlinePassed':
      return `the effect on ${what} was given a deadline that has passed`;
    default:
      return refusal satisfies never;
  }
}
