import { z } from 'zod';
import { flowStatuses, phaseStatuses, type FlowEvent } from '../../domain/flow/events.js';
import { releaseReasons } from '../../domain/lease/reasons.js';
import { stored, type EventSchemas } from './event-schema.js';
import { count, flag, instant, json, text } from './stored-values.js';

const holder = z.strictObject({ kind: z.enum(['container', 'agent', 'operator']), id: text, attempt: count });
const by = z.strictObject({ kind: z.enum(['holder', 'operator', 'system']), id: text });
const reason = z.enum(releaseReasons);
const declaredPhase = { name: text, runs: flag };

const at = { flowId: text, atMs: instant };
const ofPhase = { ...at, phase: text };
const ofRun = { ...ofPhase, attempt: count, token: count };
const steered = { ...at, reason: text, by };
const run = z.strictObject({ phase: text, attempt: count, token: count });

const phase = z.strictObject({
  ...declaredPhase,
  status: z.enum(phaseStatuses),
  attempt: count,
  token: count,
  failures: count,
  holder: holder.nullable(),
  progress: json,
  result: json,
  error: text.nullable(),
  abandoned: z.strictObject({ reason, detail: text }).nullable(),
  startedAtMs: instant.nullable(),
  endedAtMs: instant.nullable(),
});

const snapshot = z.strictObject({
  flowId: text,
  maxFailures: count.nullable(),
  status: z.enum(flowStatuses),
  phases: z.array(phase),
  reason: text.nullable(),
  declaredAtMs: instant,
  updatedAtMs: instant,
  endedAtMs: instant.nullable(),
});

export const flowSchemas = {
  FlowDeclared: stored(
    z.strictObject({ ...at, phases: z.array(z.strictObject(declaredPhase)), maxFailures: count.nullable() }),
  ),
  PhaseStarted: stored(z.strictObject({ ...ofRun, holder })),
  PhaseProgressed: stored(z.strictObject({ ...ofRun, progress: json })),
  PhaseCompleted: stored(z.strictObject({ ...ofRun, result: json, next: text.nullable() })),
  PhaseFailed: stored(z.strictObject({ ...ofRun, error: text, failures: count })),
  PhaseAbandoned: stored(z.strictObject({ ...ofRun, reason, detail: text })),
  PhasePassed: stored(z.strictObject({ ...ofPhase, next: text.nullable() })),
  FlowPaused: stored(z.strictObject(steered)),
  FlowContinued: stored(z.strictObject(steered)),
  FlowCancelled: stored(z.strictObject({ ...steered, running: run.nullable() })),
  FlowFailed: stored(z.strictObject({ ...ofPhase, error: text })),
  FlowCompleted: stored(z.strictObject(at)),
  FlowChapterOpened: stored(z.strictObject({ ...at, state: snapshot })),
} satisfies EventSchemas<FlowEvent>;
