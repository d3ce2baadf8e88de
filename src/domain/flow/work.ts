import { decided, type Changed } from '../kernel/decider.js';
import { copyOf, jsonBytes, type Json } from '../kernel/json.js';
import type { ReleaseReason } from '../lease/reasons.js';
import { changedBy, existingPhase, inForce, unchanged, type FlowDecision, type HolderAsked } from './decision.js';
import type { FlowEvent } from './events.js';
import { phaseAfter, type FlowState } from './flow.js';
import type { FlowRefusal, PhaseData } from './refusals.js';

/** A flow of the most phases, each with the largest result and error, still fits into one event of the log. */
export const mostPhases = 50;
export const mostBytes: Readonly<Record<PhaseData, number>> = { result: 16_384, error: 2_048, progress: 2_048 };

function tooLarge({ flowId, phase }: HolderAsked, what: PhaseData, value: Json): FlowRefusal | undefined {
  const bytes = jsonBytes(value);
  if (bytes <= mostBytes[what]) return undefined;
  return { type: 'PhaseDataTooLarge', flowId, phase, what, bytes, mostBytes: mostBytes[what] };
}

export interface Progress extends HolderAsked {
  readonly progress: Json;
}

/** A milestone: worth an event, unlike a renewal. */
export function report(ask: Progress, state: FlowState): FlowDecision {
  return inForce(ask, state, ({ name, attempt }) => {
    const refusal = tooLarge(ask, 'progress', ask.progress);
    if (refusal) return decided(refusal);
    const { flowId, token, nowMs: atMs } = ask;
    return changedBy({
      type: 'PhaseProgressed',
      flowId,
      phase: name,
      attempt,
      token,
      progress: copyOf(ask.progress),
      atMs,
    });
  });
}

export interface Complete extends HolderAsked {
  readonly result: Json;
}

/** The flow goes on by exactly one phase. A repeat under the same token changes nothing: the first result stays. */
export function complete(ask: Complete, state: FlowState): FlowDecision {
  return existingPhase<Changed>(ask, state, (phase) => {
    if (phase.status === 'completed' && phase.token === ask.token) return unchanged;
    return inForce(ask, state, (running, flow) => {
      const refusal = tooLarge(ask, 'result', ask.result);
      if (refusal) return decided(refusal);
      const { flowId, token, nowMs: atMs } = ask;
      const next = phaseAfter(running, flow);
      const done: FlowEvent[] = [
        {
          type: 'PhaseCompleted',
          flowId,
          phase: running.name,
          attempt: running.attempt,
          token,
          result: copyOf(ask.result),
          next,
          atMs,
        },
      ];
      if (next === null) done.push({ type: 'FlowCompleted', flowId, atMs });
      return changedBy(...done);
    });
  });
}

export interface Fail extends HolderAsked {
  readonly error: string;
  /** The whole flow has failed with it. */
  readonly failsFlow: boolean;
}

/** The phase may be claimed again, unless the whole flow has failed: because this says so, or after too many failures. */
export function fail(ask: Fail, state: FlowState): FlowDecision {
  return existingPhase<Changed>(ask, state, (phase) => {
    if (phase.status === 'failed' && phase.token === ask.token) return unchanged;
    return inForce(ask, state, ({ name, attempt, failures: before }, { maxFailures }) => {
      const refusal = tooLarge(ask, 'error', ask.error);
      if (refusal) return decided(refusal);
      const { flowId, token, error, nowMs: atMs } = ask;
      const failures = before + 1;
      const failed: FlowEvent[] = [{ type: 'PhaseFailed', flowId, phase: name, attempt, token, error, failures, atMs }];
      if (ask.failsFlow || (maxFailures !== null && failures >= maxFailures)) {
        failed.push({ type: 'FlowFailed', flowId, phase: name, error, atMs });
      }
      return changedBy(...failed);
    });
  });
}

export interface Abandon extends HolderAsked {
  readonly reason: ReleaseReason;
  readonly detail: string;
}

/**
 * The lease went before the phase was finished: whoever runs it under that token, or under an older one, has lost it, and
 * it may be claimed again.
 * Told twice, or of a run that is over: nothing changes.
 */
export function abandon(ask: Abandon, state: FlowState): FlowDecision {
  return existingPhase<Changed>(ask, state, ({ name, status, attempt, token }) => {
    if (status !== 'running' || token > ask.token) return unchanged;
    const { flowId, reason, detail, nowMs: atMs } = ask;
    return changedBy({ type: 'PhaseAbandoned', flowId, phase: name, attempt, token, reason, detail, atMs });
  });
}
