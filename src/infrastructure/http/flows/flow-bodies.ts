import type { Answer } from '../../../application/answer.js';
import type { Explanation } from '../../../application/custody/explain-lease.js';
import type { PhaseClaim } from '../../../application/flows/claim-phase.js';
import type { FlowAnswered, PhaseAnswered } from '../../../application/flows/flow-answer.js';
import type { NothingHeld } from '../../../application/flows/abandon-phase.js';
import type { FlowRow } from '../../../application/queries/flows.js';
import type { FlowSnapshot } from '../../../domain/flow/events.js';
import { currentPhase, isDone, percentDone, percentOf } from '../../../domain/flow/flow.js';
import { whyHere } from '../../../domain/flow/why.js';
import type { Freed } from '../../../domain/lease/decision.js';
import { renewMsOf, type Renewals } from '../leases/lease-bodies.js';

export function flowBody(whole: FlowSnapshot) {
  const { flowId, phases, ...flow } = whole;
  return {
    id: flowId,
    ...flow,
    currentPhase: currentPhase(whole)?.name ?? null,
    progress: percentDone(whole),
    why: whyHere(whole),
    phases,
  };
}

export function flowInListBody({ flowId, revision, ...flow }: FlowRow) {
  const { phasesDone, phasesTotal } = flow;
  return { id: flowId, ...flow, progress: percentOf(phasesDone, phasesTotal), revision: String(revision) };
}

export function changedFlowBody({ outcome: { flow, already }, position }: Answer<FlowAnswered>) {
  return { flow: flowBody(flow), already, position: String(position) };
}

export function changedPhaseBody({ outcome: { flow, phase, already }, position }: Answer<PhaseAnswered>) {
  return { flow: flowBody(flow), phase, already, position: String(position) };
}

export function abandonedBody({ outcome, position }: Answer<Freed | NothingHeld>) {
  const freed = outcome.type === 'Freed' ? outcome.past : null;
  return { freed, already: outcome.type !== 'Freed' || outcome.already, position: String(position) };
}

const statuses = {
  Resumed: 'resumed',
  AlreadyRunning: 'already_running',
  AlreadyCompleted: 'already_completed',
} as const satisfies Readonly<Record<PhaseClaim['type'], string>>;

function messageOf(claim: PhaseClaim): string {
  const { name } = claim.phase;
  if (claim.type === 'AlreadyRunning') return `Phase ${name} is already executing`;
  if (claim.type === 'AlreadyCompleted') return `Phase ${name} was completed before; its result is kept`;
  return claim.hold ? `Phase ${name} was begun` : `Phase ${name} runs nothing: the flow went past it`;
}

/** `why` is that of the phase's lease; undefined where none is held. */
export function claimBody({ outcome, position }: Answer<PhaseClaim>, why: Explanation | undefined, policy: Renewals) {
  const { flow, phase } = outcome;
  const hold = outcome.type === 'AlreadyCompleted' ? null : outcome.hold;
  const token = outcome.type === 'Resumed' && hold ? hold.token : undefined;
  return {
    flowId: flow.flowId,
    status: statuses[outcome.type],
    message: messageOf(outcome),
    phase: phase.name,
    currentPhase: currentPhase(flow)?.name ?? null,
    progress: percentDone(flow),
    phaseProgress: phase.progress,
    attempt: phase.attempt,
    ...(token !== undefined && hold && { token, ttlMs: hold.ttlMs, renewMs: renewMsOf(hold.ttlMs, policy) }),
    holder: hold?.holder ?? phase.holder,
    since: textOf(hold?.sinceMs ?? phase.startedAtMs),
    until: textOf(why?.untilMs),
    result: phase.result,
    results: Object.fromEntries(flow.phases.filter(isDone).map(({ name, result }) => [name, result])),
    error: phase.error,
    position: String(position),
  };
}

/** One lock for people who look after them. */
export function phaseLockBody(flow: string, phase: string, why: Explanation, nowMs: number) {
  const { hold } = why;
  return {
    key: `${flow}:${phase}`,
    flow,
    phase,
    locked: hold !== null,
    holder: hold?.holder ?? null,
    owner: hold?.owner ?? null,
    token: hold?.token ?? null,
    since: textOf(hold?.sinceMs),
    expires: textOf(why.untilMs),
    elapsedSeconds: hold ? Math.max(0, Math.round((nowMs - hold.sinceMs) / 100) / 10) : null,
  };
}

function textOf(ms: number | null | undefined): string | null {
  return ms === null || ms === undefined ? null : new Date(ms).toISOString();
}
