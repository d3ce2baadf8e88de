import type { FlowEvent } from '../../../src/domain/flow/events.js';
import { flow } from '../../../src/domain/flow/flow.js';
import type { Holder } from '../../../src/domain/lease/events.js';
import { givenOf } from '../../support/given.js';

export const t0 = 1_000_000;
export const flowId = 'test-flow-123';
export const given = givenOf(flow);
export const agent = (id: string): Holder => ({ kind: 'agent', id, attempt: 1 });
export const by = { kind: 'operator', id: 'ada' } as const;

export const phases = [
  { name: 'readiness', runs: true },
  { name: 'architecture', runs: true },
  { name: 'finalization', runs: false },
];

export const declaring = (more: object = {}) => ({ flowId, phases, maxFailures: null, nowMs: t0, ...more });
export const of = (phase: string, nowMs = t0) => ({ flowId, phase, nowMs });
export const run = (phase: string, token: number, nowMs = t0) => ({ ...of(phase, nowMs), token });
export const beginning = (phase: string, token: number, who = 'session-1', nowMs = t0) => ({
  ...run(phase, token, nowMs),
  holder: agent(who),
});
export const steering = (reason = 'because', nowMs = t0) => ({ flowId, reason, by, nowMs });

export const declared: FlowEvent = { type: 'FlowDeclared', flowId, phases, maxFailures: null, atMs: t0 };
export const begun = (phase: string, token: number, attempt = token): FlowEvent => ({
  type: 'PhaseStarted',
  ...{ flowId, phase, attempt, token, holder: agent('session-1'), atMs: t0 },
});
export const completed = (phase: string, token: number, next: string | null, attempt = token): FlowEvent => ({
  type: 'PhaseCompleted',
  ...{ flowId, phase, attempt, token, result: { ok: true }, next, atMs: t0 },
});
