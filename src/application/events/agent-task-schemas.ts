import { z } from 'zod';
import { agentTaskStatuses, keptRefusals, type AgentTaskEvent } from '../../domain/agent-task/events.js';
import type { AgentEvent } from '../../domain/agent/agent.js';
import { releaseReasons } from '../../domain/lease/reasons.js';
import { stored, type EventSchemas } from './event-schema.js';
import { asker, holder } from './lease-schemas.js';
import { count, instant, integer, jsonObject, text } from './stored-values.js';

const texts = z.array(text);
const description = {
  queue: text,
  taskId: text,
  title: text,
  taskType: text.nullable(),
  dependencies: texts,
  assignedTo: text.nullable(),
  priority: integer,
  estimates: jsonObject,
};
const at = { queue: text, taskId: text, atMs: instant };
const underToken = { ...at, token: count, agent: text };
const failure = { errorType: text, details: text, failures: count };
const refusedClaim = { agent: text, reason: z.enum(keptRefusals), open: texts, assignedTo: text.nullable() };

const snapshot = z.strictObject({
  ...description,
  status: z.enum(agentTaskStatuses),
  lastToken: count,
  claim: z.strictObject({ token: count, holder, agent: text, sinceMs: instant }).nullable(),
  failures: count,
  failedBy: texts,
  lastFailure: z.strictObject({ agent: text, errorType: text, details: text, atMs: instant }).nullable(),
  retryAtMs: instant.nullable(),
  completion: z
    .strictObject({ token: count, agent: text, notes: text, actualTime: text.nullable(), atMs: instant })
    .nullable(),
  lastRefusal: z.strictObject(refusedClaim).nullable(),
  earlierRefusals: z.array(z.strictObject(refusedClaim)).exactOptional(),
  queuedAtMs: instant,
  updatedAtMs: instant,
});

export const agentTaskSchemas = {
  TaskQueued: stored(z.strictObject({ ...description, atMs: instant })),
  TaskClaimed: stored(z.strictObject({ ...underToken, holder, failures: count })),
  TaskClaimRefused: stored(z.strictObject({ ...at, ...refusedClaim })),
  TaskCompleted: stored(z.strictObject({ ...underToken, notes: text, actualTime: text.nullable() })),
  TaskFailed: stored(z.strictObject({ ...underToken, ...failure, retryAtMs: instant })),
  TaskPoisoned: stored(z.strictObject({ ...underToken, ...failure })),
  TaskAbandoned: stored(z.strictObject({ ...underToken, reason: z.enum(releaseReasons), detail: text })),
  TaskRequeued: stored(z.strictObject({ ...at, reason: text, by: asker })),
  TaskReassigned: stored(
    z.strictObject({ ...at, agent: text.nullable(), from: text.nullable(), why: text, by: asker }),
  ),
  TaskChapterOpened: stored(z.strictObject({ ...at, state: snapshot })),
} satisfies EventSchemas<AgentTaskEvent>;

export const agentSchemas = {
  AgentRegistered: stored(z.strictObject({ name: text, speciality: text.nullable(), atMs: instant })),
} satisfies EventSchemas<AgentEvent>;
