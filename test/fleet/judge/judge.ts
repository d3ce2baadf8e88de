import { violationsOf } from '../../support/invariants.js';
import { judgeCargo } from './cargo.js';
import { effectsIn, judgeEffects } from './effects.js';
import type { Evidence, Finding } from './evidence.js';
import { judgeReigns, type ReignRules } from './reigns.js';
import { judgeWork, type Order } from './work.js';

export interface Figures {
  readonly events: number;
  readonly mutations: number;
  readonly purchases: number;
  readonly sales: number;
  readonly flights: number;
  readonly visits: number;
  readonly laps: number;
  readonly attempts: number;
  /** Effects that nobody saw the end of, and that were looked for. */
  readonly settledAfterDeath: number;
  readonly doubleEffects: number;
  readonly lostPurchases: number;
}

export interface Judgement {
  /** Empty when everything is as it must be. */
  readonly findings: readonly Finding[];
  readonly figures: Figures;
}

/** What the game did, what the log says, and what is aboard, held against each other when nothing moves any more. */
export function judge(evidence: Evidence, orders: readonly Order[], rules: ReignRules): Judgement {
  const findings: readonly Finding[] = [
    ...judgeEffects(evidence),
    ...judgeCargo(evidence),
    ...judgeWork(evidence, orders),
    ...judgeReigns(evidence, rules),
    ...violationsOf(evidence.events).map(({ invariant, stream, what, position }): Finding => ({
      rule: 'custody',
      of: stream,
      what: `${invariant} at ${position}: ${what}`,
    })),
  ];
  const { events, journal } = evidence;
  const deeds = (action: string) => journal.filter((deed) => deed.action === action).length;
  const told = (type: string) => events.filter((event) => event.type === type).length;
  const count = (rule: Finding['rule']) => findings.filter((finding) => finding.rule === rule).length;
  const observedUnder = new Map<string, number>();
  for (const { type, data } of events) {
    const { effectId, token } = data as { effectId: string; token: number };
    if (type === 'EffectObserved') observedUnder.set(effectId, token);
  }
  return {
    findings,
    figures: {
      events: events.length,
      mutations: journal.filter(({ ship }) => ship !== null).length,
      purchases: deeds('purchase'),
      sales: deeds('sell'),
      flights: deeds('navigate'),
      visits: told('ContainerMarketVisited'),
      laps: told('ContainerIterationCompleted'),
      attempts: told('ContainerStarted'),
      settledAfterDeath: effectsIn(evidence).effects.filter(
        ({ effectId, token }) => observedUnder.has(effectId) && observedUnder.get(effectId) !== token,
      ).length,
      doubleEffects: count('double-effect'),
      lostPurchases: count('lost-purchase'),
    },
  };
}
