import { z } from 'zod';
import { auditTypes } from '../../../application/audit/audit-event.js';
import { agentTaskStatuses } from '../../../domain/agent-task/events.js';
import { agentForm } from '../../../domain/agent/agent.js';
import { nameForm, scopeForm } from '../../../domain/lease/resource.js';
import { hold, holder, instant, jsonObjectOut, positionOut, seen } from '../schemas/answered.js';
import * as asked from '../schemas/asked.js';
import { explanation } from '../leases/lease-schemas.js';

export const queueName = z
  .string()
  .regex(scopeForm, 'Must be 1 to 64 letters, digits, _ and -.')
  .meta({ example: 'orkestra' });
export const taskId = z
  .string()
  .regex(nameForm, 'Must be 1 to 128 letters, digits, _ . and -.')
  .meta({ example: '999' });
export const agentName = z
  .string()
  .regex(agentForm, 'Must be 1 to 128 letters, digits, _ . and -, the first a letter or a digit.')
  .meta({ example: 'backend-1' });
const speciality = asked.text(128).min(1).meta({ example: 'backend' });

export const queueTask = z.strictObject({
  id: taskId,
  title: asked.text(1_000).min(1),
  taskType: speciality.nullable().default(null),
  dependencies: z.array(taskId).max(1_000).default([]),
  assignedTo: agentName.nullable().default(null),
  priority: z.int().min(-1_000_000).max(1_000_000).default(0).meta({ description: 'The higher, the sooner' }),
  estimates: asked.jsonObject.optional().meta({ description: 'What its author says of it; kept as it is' }),
});
export const importTasks = z.strictObject({
  text: z.string().max(4_000_000).meta({ description: 'The TASK_QUEUE.json of the scripts, as the text it is' }),
});
export const listTasks = z.strictObject({
  ...asked.page,
  ...asked.fresh,
  status: asked.listOf(agentTaskStatuses).optional(),
  agent: agentName.optional().meta({ description: 'Assigned to it, or under way with it' }),
  claimable: asked.flagText.optional(),
});
export const oneTask = z.strictObject(asked.fresh);
export const whyTask = z.strictObject({ agent: agentName.optional() });

const session = {
  agent: agentName,
  session: asked.label.optional().meta({
    description: 'The id that holds the lock and outlives any one process; the agent’s name if absent',
  }),
  process: asked.process.optional().meta({ description: 'Where it runs: evidence, never who holds' }),
  ttlMs: asked.ttlMs,
};
export const claimTask = z.strictObject({ ...session, waitMs: asked.waitMs });
export const claimNext = z.strictObject({
  ...session,
  minPosition: asked.position.optional().meta({
    description:
      'Look only once the view reflects this position. Without it, what another server has just queued may be missing: `task` is null then, and the next asking finds it',
  }),
});
export const renewTask = z.strictObject({
  token: asked.token,
  cursor: asked.json.optional(),
  quietForMs: asked.quietForMs,
});
export const completeTask = z.strictObject({
  token: asked.token,
  notes: asked.text(10_000).default(''),
  actualTime: asked.text(128).nullable().default(null),
});
export const failTask = z.strictObject({
  token: asked.token,
  errorType: asked.label,
  details: asked.text(10_000).default(''),
  reassign: z.boolean().default(true).meta({ description: 'Let another agent of the same speciality try next' }),
});
export const abandonTask = z.strictObject({
  token: asked.token,
  reason: asked.releaseReason.default('interrupted').meta({ example: 'SCRIPT_EXIT' }),
  detail: asked.text(256).default(''),
});
const operator = { operator: asked.label, reason: asked.reason };
export const requeueTask = z.strictObject(operator);
export const reassignTask = z.strictObject({
  ...operator,
  agent: agentName.nullable().meta({ description: '`auto`: the next one that could; null: whoever asks first' }),
});
export const passOnRetries = z.strictObject({ operator: asked.label, minPosition: asked.position.optional() });
export const registerAgent = z.strictObject({ name: agentName, speciality: speciality.nullable().default(null) });

const snapshot = {
  queue: z.string(),
  id: z.string(),
  title: z.string(),
  taskType: z.string().nullable(),
  dependencies: z.array(z.string()),
  assignedTo: z.string().nullable(),
  priority: z.int(),
  estimates: jsonObjectOut,
  status: z.enum(agentTaskStatuses),
  lastToken: z.int(),
  claim: z.object({ token: z.int(), holder, agent: z.string(), sinceMs: instant }).nullable(),
  failures: z.int(),
  failedBy: z.array(z.string()),
  lastFailure: z.object({ agent: z.string(), errorType: z.string(), details: z.string(), atMs: instant }).nullable(),
  retryAtMs: instant.nullable(),
  completion: z
    .object({
      token: z.int(),
      agent: z.string(),
      notes: z.string(),
      actualTime: z.string().nullable(),
      atMs: instant,
    })
    .nullable(),
  lastRefusal: z
    .object({
      agent: z.string(),
      reason: z.string(),
      open: z.array(z.string()),
      assignedTo: z.string().nullable(),
    })
    .nullable(),
  queuedAtMs: instant,
  updatedAtMs: instant,
};
const task = z.object(snapshot).meta({ id: 'AgentTask' });
const listedTask = z
  .object({ ...snapshot, claimable: z.boolean(), revision: z.string() })
  .meta({ id: 'ListedAgentTask' });
const changed = { already: z.boolean(), position: positionOut };

export const changedTask = z.object({ task, ...changed }).meta({ id: 'ChangedAgentTask' });
export const doneTask = z
  .object({ task, unlocked: z.array(z.string()).nullable(), ...changed })
  .meta({ id: 'DoneAgentTask' });
const claimed = { task, hold, token: z.int(), ttlMs: z.number(), renewMs: z.number() };
export const claimedTask = z.object({ ...claimed, ...changed }).meta({ id: 'ClaimedAgentTask' });
export const claimedNext = z
  .union([claimedTask, z.object({ task: z.null() })])
  .meta({ id: 'ClaimedNextTask', description: '`task` is null when there is nothing that the agent could do now' });
export const taskPage = z
  .object({ tasks: z.array(listedTask), next: z.string().nullable(), ...seen })
  .meta({ id: 'AgentTaskPage' });
export const seenTask = z.object({ task: listedTask, ...seen }).meta({ id: 'SeenAgentTask' });
export const explainedTask = z
  .object({
    task,
    openDependencies: z.array(z.string()),
    circle: z.array(z.string()).nullable().meta({
      description: 'The way from the task back to itself: these wait for one another, and none can ever be claimed',
    }),
    refusal: z.object({ word: z.string(), text: z.string() }).nullable(),
    claimable: z.boolean(),
    lock: explanation,
    position: positionOut,
  })
  .meta({ id: 'AgentTaskExplanation' });
export const importedTasks = z
  .object({
    queued: z.array(z.string()),
    unchanged: z.array(z.string()),
    agents: z.array(z.string()),
    position: positionOut,
  })
  .meta({ id: 'ImportedTasks' });
export const passedRetries = z
  .object({
    passed: z.array(z.object({ id: z.string(), from: z.string().nullable(), to: z.string() })),
    kept: z.array(z.string()),
    position: positionOut,
  })
  .meta({ id: 'PassedRetries' });
const agent = z.object({ name: z.string(), speciality: z.string().nullable() }).meta({ id: 'Agent' });
export const agentList = z.object({ agents: z.array(agent), ...seen }).meta({ id: 'AgentList' });
export const registeredAgent = z.object({ agent, ...changed }).meta({ id: 'RegisteredAgent' });

const queueCounts = z.object({ name: z.string(), tasks: z.record(z.enum(agentTaskStatuses), z.int()) });
export const queueList = z.object({ queues: z.array(queueCounts), ...seen }).meta({ id: 'QueueList' });

const auditFilter = {
  filter: z.enum(['all', 'task', 'ai', 'errors', 'recent', 'stats']).default('all'),
  queue: queueName.optional(),
  task: taskId.optional(),
  ai: asked.label.optional().meta({ description: 'An agent, or the session of a lock' }),
  types: asked.listOf(auditTypes).optional(),
};
const auditSince = z.iso
  .datetime({ offset: true })
  .transform((text) => Date.parse(text))
  .meta({
    description: 'Of recent and stats: nothing older; by default stats count a day, and recent ends nowhere',
    example: '2026-01-31T12:00:00Z',
  });
const auditBefore = asked.position.meta({
  description: 'Of recent and stats: only what lies before; `next` of recent',
});
export const auditQuery = z
  .strictObject({
    ...auditFilter,
    after: asked.position.optional(),
    before: auditBefore.optional(),
    since: auditSince.optional(),
    limit: asked.manyLimit,
  })
  .refine(
    ({ filter, before, since }) =>
      (before === undefined && since === undefined) || filter === 'recent' || filter === 'stats',
    { message: 'Is only for recent and stats; the others begin `after` a position.', path: ['filter'] },
  )
  .refine(
    ({ filter, task: id, queue }) =>
      (filter !== 'task' && id === undefined) || (id !== undefined && queue !== undefined),
    {
      message: 'A task is named by its queue and its id.',
      path: ['task'],
    },
  )
  .refine(({ filter, ai }) => filter !== 'ai' || ai !== undefined, { message: 'Names no agent.', path: ['ai'] });
const { filter: _filter, ...exported } = auditFilter;
export const exportQuery = z.strictObject({ ...exported, after: asked.position.optional() });
const auditEvent = z
  .object({
    event_id: z.string(),
    timestamp: z.string(),
    event_type: z.enum(auditTypes),
    queue: z.string(),
    task_id: z.string(),
    ai_name: z.string(),
    details: jsonObjectOut,
    status: z.string(),
    position: positionOut,
  })
  .meta({ id: 'AuditEvent' });
export const auditPage = z
  .union([
    z.object({ events: z.array(auditEvent), next: positionOut.nullable() }),
    z.object({
      stats: z.object({
        since: z.string(),
        total: z.int(),
        errors: z.int(),
        byType: z.record(z.string(), z.int()),
        byAgent: z.record(z.string(), z.int()),
        tasks: z.int(),
        first: z.string().nullable(),
        last: z.string().nullable(),
      }),
    }),
  ])
  .meta({ id: 'AuditPage' });
