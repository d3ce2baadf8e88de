import { decided, type Decision } from '../kernel/decider.js';
import { sameJson, type JsonObject } from '../kernel/json.js';
import type { Asker, LeaseEvent } from './events.js';
import type { LeaseState } from './lease.js';
import type { LeaseRefusal } from './refusals.js';
import type { Resource } from './resource.js';

export interface Recorded {
  readonly type: 'Recorded';
  /** True when the log had it already. */
  readonly already: boolean;
}

type RecordDecision = Decision<Recorded | LeaseRefusal, LeaseEvent>;

interface HolderWrite {
  readonly resource: Resource;
  readonly token: number;
  readonly nowMs: number;
}

/** The refusal for a writer that is not, or no longer, the holder. */
export function tokenRefusal(
  { resource, token }: Omit<HolderWrite, 'nowMs'>,
  state: LeaseState,
): LeaseRefusal | undefined {
  if (!state.hold && !state.previous) return { type: 'NeverHeld', resource };
  if (state.hold?.token === token) return undefined;
  return { type: 'StaleToken', resource, token, lastToken: state.lastToken, hold: state.hold };
}

const already: Recorded = { type: 'Recorded', already: true };
const recorded: Recorded = { type: 'Recorded', already: false };

export interface IntendEffect extends HolderWrite {
  readonly effectId: string;
  readonly action: string;
  readonly deadlineMs: number;
  readonly probe: JsonObject;
}

export function intendEffect(ask: IntendEffect, state: LeaseState): RecordDecision {
  const refusal = tokenRefusal(ask, state);
  if (refusal) return decided(refusal);
  const { resource, token, nowMs, effectId, action, deadlineMs, probe } = ask;
  const open = state.effects.find((effect) => effect.effectId === effectId);
  if (open) {
    const differs = open.action !== action ? 'action' : sameJson(open.probe, probe) ? undefined : 'probe';
    return decided(differs ? { type: 'IdTaken', resource, id: effectId, differs } : already);
  }
  if (deadlineMs <= nowMs) return decided({ type: 'DeadlinePassed', resource, deadlineMs });
  return decided(recorded, {
    type: 'EffectIntended',
    resource,
    token,
    effectId,
    action,
    deadlineMs,
    probe,
    atMs: nowMs,
  });
}

export interface ObserveEffect extends HolderWrite {
  readonly effectId: string;
  readonly result: 'happened' | 'did-not-happen';
  readonly evidence: JsonObject;
}

export function observeEffect(ask: ObserveEffect, state: LeaseState): RecordDecision {
  const refusal = tokenRefusal(ask, state);
  if (refusal) return decided(refusal);
  const { resource, token, nowMs, effectId, result, evidence } = ask;
  if (!state.effects.some((effect) => effect.effectId === effectId)) {
    return decided({ type: 'UnknownEffect', resource, effectId });
  }
  return decided(recorded, { type: 'EffectObserved', resource, token, effectId, result, evidence, atMs: nowMs });
}

export interface IncurObligation extends HolderWrite {
  readonly obligationId: string;
  readonly good: string;
  readonly units: number;
}

export function incurObligation(ask: IncurObligation, state: LeaseState): RecordDecision {
  const refusal = tokenRefusal(ask, state);
  if (refusal) return decided(refusal);
  const { resource, token, nowMs, obligationId, good, units } = ask;
  const open = state.obligations.find((obligation) => obligation.obligationId === obligationId);
  if (open) {
    const differs = open.good !== good ? 'good' : open.units === units ? undefined : 'units';
    return decided(differs ? { type: 'IdTaken', resource, id: obligationId, differs } : already);
  }
  return decided(recorded, { type: 'ObligationIncurred', resource, token, obligationId, good, units, atMs: nowMs });
}

export interface SettleObligation extends HolderWrite {
  readonly obligationId: string;
  readonly how: 'sold' | 'delivered' | 'jettisoned' | 'written-off';
  /** Null: the holder itself. */
  readonly by: Asker | null;
}

/** The holder settles what it owes; an operator may write an obligation off whoever holds the ship, or nobody. */
export function settleObligation(ask: SettleObligation, state: LeaseState): RecordDecision {
  const { resource, nowMs, obligationId, how } = ask;
  const byOperator = ask.by?.kind === 'operator' && how === 'written-off';
  const refusal = byOperator ? undefined : tokenRefusal(ask, state);
  const by: Asker | null = ask.by ?? (state.hold && { kind: 'holder', id: state.hold.holder.id });
  if (refusal || !by) return decided(refusal ?? { type: 'NeverHeld', resource });
  if (!state.obligations.some((each) => each.obligationId === obligationId)) {
    return decided({ type: 'UnknownObligation', resource, obligationId });
  }
  const token = byOperator ? state.lastToken : ask.token;
  return decided(recorded, { type: 'ObligationSettled', resource, token, obligationId, how, by, atMs: nowMs });
}
