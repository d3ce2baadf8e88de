import { z } from 'zod';
import { flowStatuses, phaseStatuses } from '../../../domain/flow/events.js';
import { flowForm, phaseForm } from '../../../domain/flow/names.js';
import { mostPhases } from '../../../domain/flow/work.js';
import { holder, instant, jsonOut, pastHold, positionOut, seen } from '../schemas/answered.js';
import * as asked from '../schemas/asked.js';
import { explanation } from '../leases/lease-schemas.js';

export const flowId = z
  .string()
  .regex(flowForm, 'Must be 1 to 64 letters, digits, _ and -, the first a letter or a digit.')
  .meta({ example: 'assessment-7f3a' });
/** @param required what is said where it is missing */
const phaseText = (required?: string) =>
  z.string(required).regex(phaseForm, 'Must be 1 to 64 letters, digits, _, . and -, the first a letter or a digit.');
export const phaseName = phaseText().meta({ example: 'readiness_assessment' });

const declaredPhase = z.union([
  phaseName.transform((name) => ({ name, runs: true })),
  z.strictObject({
    name: phaseName,
    runs: z.boolean().default(true).meta({ description: 'false: nothing is executed for it, and no lease is held' }),
  }),
]);

export const declareFlow = z.strictObject({
  id: flowId,
  phases: z
    .array(declaredPhase)
    .min(1)
    .max(mostPhases)
    .refine((phases) => new Set(phases.map(({ name }) => name)).size === phases.length, 'A phase stands twice.')
    .meta({ description: 'In their order: names, or objects that say more' }),
  maxFailures: z
    .int()
    .min(1)
    .max(1_000)
    .nullable()
    .default(null)
    .meta({ description: 'After so many failures of one phase the whole flow has failed' }),
});

const whyExpected =
  'Is required: name the phase that you take to be due. A repeated click then finds it running or done, instead of walking on to the next phase.';

export const resumeFlow = z.strictObject({
  expectedPhase: phaseText(whyExpected).meta({ description: whyExpected, example: 'readiness_assessment' }),
  holder: asked.label.meta({ description: 'The id of the session that will execute it' }),
  owner: asked.label.optional().meta({ description: 'Whom the session works for' }),
  process: asked.process.optional(),
  ttlMs: asked.ttlMs.meta({ description: 'Time to live without a renewal, in milliseconds' }),
});

const run = { token: asked.token };
export const renewPhase = z.strictObject({ ...run, cursor: asked.json.optional(), quietForMs: asked.quietForMs });
export const reportPhase = z.strictObject({ ...run, progress: asked.json });
export const completePhase = z.strictObject({ ...run, result: asked.json.optional() });
export const failPhase = z.strictObject({
  ...run,
  error: asked.text(65_536),
  failFlow: z
    .boolean()
    .default(false)
    .meta({ description: 'The whole flow has failed, and stands until it is continued' }),
});
export const abandonPhase = z.strictObject({
  ...run,
  reason: asked.releaseReason.default('interrupted').meta({ example: 'interrupted' }),
  detail: asked.text(256).default(''),
});
export const steerFlow = z.strictObject({ operator: asked.label, reason: asked.reason });
export const breakLock = z.strictObject({ operator: asked.label, reason: asked.reason });

export const listFlows = z.strictObject({
  ...asked.page,
  ...asked.fresh,
  status: asked.listOf(flowStatuses).optional().meta({ example: 'in_progress,paused' }),
});
export const oneFlow = z.strictObject(asked.fresh);
export const listLocks = z.strictObject({ ...asked.page, ...asked.fresh });

const phase = z
  .object({
    name: z.string(),
    runs: z.boolean(),
    status: z.enum(phaseStatuses),
    attempt: z.int(),
    token: z.int(),
    failures: z.int(),
    holder: holder.nullable(),
    progress: jsonOut,
    result: jsonOut,
    error: z.string().nullable(),
    abandoned: z.object({ reason: z.string(), detail: z.string() }).nullable(),
    startedAtMs: instant.nullable(),
    endedAtMs: instant.nullable(),
  })
  .meta({ id: 'FlowPhase' });
const ofFlow = {
  id: z.string(),
  status: z.enum(flowStatuses),
  currentPhase: z.string().nullable(),
  progress: z.int().meta({ description: 'Whole percent of the phases that are done' }),
};
const inList = {
  ...ofFlow,
  maxFailures: z.int().nullable(),
  reason: z.string().nullable(),
  declaredAtMs: instant,
  updatedAtMs: instant,
  endedAtMs: instant.nullable(),
};
const flow = z.object({ ...inList, why: z.string(), phases: z.array(phase) }).meta({ id: 'Flow' });

export const changedFlow = z.object({ flow, already: z.boolean(), position: positionOut }).meta({ id: 'ChangedFlow' });
export const changedPhase = z
  .object({ flow, phase, already: z.boolean(), position: positionOut })
  .meta({ id: 'ChangedPhase' });
export const seenFlow = z.object({ flow, ...seen }).meta({ id: 'SeenFlow' });
export const flowPage = z
  .object({
    flows: z.array(
      z
        .object({ ...inList, phasesDone: z.int(), phasesTotal: z.int(), revision: z.string() })
        .meta({ id: 'FlowInList' }),
    ),
    next: z.string().nullable(),
    ...seen,
  })
  .meta({ id: 'FlowPage' });

const moment = z.string().nullable().meta({ example: '2026-01-31T12:00:00.000Z' });
export const claimedPhase = z
  .object({
    flowId: z.string(),
    status: z.enum(['resumed', 'already_running', 'already_completed']),
    message: z.string(),
    phase: z.string(),
    currentPhase: z.string().nullable(),
    progress: z.int(),
    phaseProgress: jsonOut,
    attempt: z.int(),
    token: z.int().optional().meta({ description: 'Only of a phase that was begun, and only for whoever began it' }),
    ttlMs: z.number().optional(),
    renewMs: z.number().optional(),
    holder: holder.nullable(),
    since: moment,
    until: moment,
    result: jsonOut,
    results: z.record(z.string(), jsonOut).meta({ description: 'Of the phases that are done' }),
    error: z.string().nullable().meta({ description: 'Of the last attempt that failed' }),
    position: positionOut,
  })
  .meta({ id: 'ClaimedPhase' });

export const abandonedPhase = z
  .object({ freed: pastHold.nullable(), already: z.boolean(), position: positionOut })
  .meta({ id: 'AbandonedPhase' });
export const flowWhy = z
  .object({ flow, why: z.string(), lease: explanation.nullable(), position: positionOut })
  .meta({ id: 'FlowExplanation' });

const lock = z
  .object({
    key: z.string().meta({ example: 'assessment-7f3a:readiness_assessment' }),
    flow: z.string(),
    phase: z.string(),
    locked: z.boolean(),
    holder: holder.nullable(),
    owner: z.string().nullable(),
    token: z.int().nullable(),
    since: moment,
    expires: moment,
    elapsedSeconds: z.number().nullable(),
  })
  .meta({ id: 'PhaseLock' });
export const lockPage = z
  .object({ locks: z.array(lock), next: z.string().nullable(), ...seen })
  .meta({ id: 'PhaseLockPage' });
export const oneLock = z.object({ lock, why: explanation }).meta({ id: 'OnePhaseLock' });
