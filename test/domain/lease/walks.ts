import fc from 'fast-check';
import { acquire } from '../../../src/domain/lease/granting.js';
import { handOver } from '../../../src/domain/lease/handing-over.js';
import { release } from '../../../src/domain/lease/releasing.js';
import { lift, reserve } from '../../../src/domain/lease/reserving.js';
import { breakLease, expire } from '../../../src/domain/lease/taking-away.js';
import { incurObligation, intendEffect, observeEffect, settleObligation } from '../../../src/domain/lease/effects.js';
import type { Holder, LeaseEvent } from '../../../src/domain/lease/events.js';
import { lease, type LeaseState } from '../../../src/domain/lease/lease.js';
import { command, walk, type Command } from '../laws.js';
import { acquiring, breaking, container, handing, lifting, releasing, reserving, resource, silence } from './leases.js';

const verbs = [
  'acquire',
  'release',
  'hand over',
  'reserve',
  'lift',
  'break',
  'expire',
  'intend',
  'observe',
  'incur',
  'settle',
  'write off',
] as const;
type Verb = (typeof verbs)[number];

const holders: readonly Holder[] = [
  container('c-1', 1),
  container('c-1', 2),
  container('c-2', 1),
  { kind: 'agent', id: 'c-1', attempt: 1 },
];

export interface Spec {
  readonly verb: Verb;
  /** By the one who holds, if anybody does; else by `who`. */
  readonly byHolder: boolean;
  readonly who: Holder;
  readonly to: Holder;
  /** How far the token is from the newest. */
  readonly off: number;
  readonly nowMs: number;
  readonly waitMs: number;
  readonly id: string;
  readonly flag: boolean;
}

/** Commands in the order of their times. */
export const specs = fc
  .array(
    fc.record({
      verb: fc.constantFrom(...verbs, 'acquire', 'incur', 'release'),
      byHolder: fc.boolean(),
      who: fc.constantFrom(...holders),
      to: fc.constantFrom(...holders),
      off: fc.constantFrom(0, 0, 0, 0, -1, 1),
      nowMs: fc.constantFrom(0, 1, 1_000, 60_000),
      waitMs: fc.constantFrom(0, 1, 30_000, 90_000),
      id: fc.constantFrom('x', 'y'),
      flag: fc.boolean(),
    }),
    { maxLength: 40, size: 'max' },
  )
  .map((list): Spec[] => {
    let nowMs = 1_000_000;
    return list.map((each) => ({ ...each, nowMs: (nowMs += each.nowMs) }));
  });

export interface LeaseAsk {
  readonly token?: number;
  readonly from?: { readonly token: number };
  readonly nowMs: number;
}
export type LeaseCommand = Command<LeaseState, LeaseEvent, LeaseAsk>;

export function commandFor(spec: Spec, { hold, lastToken }: LeaseState): LeaseCommand {
  const { verb, nowMs, waitMs, id, flag } = spec;
  const speaker = spec.byHolder && hold ? hold.holder : spec.who;
  const token = lastToken + spec.off;
  const asHolder = { resource, token, nowMs };
  switch (verb) {
    case 'acquire':
      return command(verb, acquire, acquiring(spec.who, nowMs, { adoptsObligations: flag }));
    case 'release':
      return command(
        verb,
        release,
        releasing(speaker.kind === 'operator' ? spec.who : speaker, token, 'completed', nowMs),
      );
    case 'hand over':
      return command(verb, handOver, handing({ id: speaker.id, token }, spec.to, nowMs));
    case 'reserve':
      return command(verb, reserve, reserving(id, nowMs, flag));
    case 'lift':
      return command(verb, lift, lifting(nowMs));
    case 'break':
      return command(verb, breakLease, breaking(nowMs, 'because', waitMs));
    case 'expire':
      return command(verb, expire, silence(token, nowMs, waitMs));
    case 'intend':
      return command(verb, intendEffect, {
        ...asHolder,
        effectId: id,
        action: 'buy',
        deadlineMs: nowMs + waitMs,
        probe: {},
      });
    case 'observe':
      return command(verb, observeEffect, { ...asHolder, effectId: id, result: 'happened', evidence: {} });
    case 'incur':
      return command(verb, incurObligation, { ...asHolder, obligationId: id, good: 'FUEL', units: 1 });
    case 'settle':
      return command(verb, settleObligation, {
        ...asHolder,
        obligationId: id,
        how: 'sold',
        by: { kind: 'holder', id: speaker.id },
      });
    case 'write off':
      return command(verb, settleObligation, {
        ...asHolder,
        obligationId: id,
        how: 'written-off',
        by: { kind: 'operator', id: 'ada' },
      });
    default:
      return verb satisfies never;
  }
}

export const leaseWalk = (list: readonly Spec[]) => walk(lease, list, commandFor);
export const leaseWalks = specs.map(leaseWalk);
