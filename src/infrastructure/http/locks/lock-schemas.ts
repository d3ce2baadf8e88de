import { z } from 'zod';
import { assignmentStatuses } from '../../../application/queries/assignments.js';
import type { LockKind } from '../../../application/queries/locks.js';
import { nameForm, scopeForm } from '../../../domain/lease/resource.js';
import { claimOperation } from '../../../domain/lease/work.js';
import * as lease from '../leases/lease-schemas.js';
import { holder, holdingProcess, instant, pastHold, seen } from '../schemas/answered.js';
import * as asked from '../schemas/asked.js';

const kinds = { tasks: 'task', phases: 'phase' } as const satisfies Readonly<Record<string, LockKind>>;

/** In an address: `tasks` or `phases`. */
export const kindText = z
  .enum(['tasks', 'phases'])
  .transform((word) => kinds[word])
  .meta({ example: 'tasks' });
export const scopeText = z
  .string()
  .regex(scopeForm, 'Must be 1 to 64 letters, digits, _ and -.')
  .meta({ description: 'The queue of a task, the flow of a phase', example: 'main' });
export const nameText = z
  .string()
  .regex(nameForm, 'Must be 1 to 128 letters, digits, _ . and -.')
  .meta({ description: 'The task, or the phase', example: '999' });

const operation = asked.label.refine((word) => word !== claimOperation, {
  message: `Must be another word than "${claimOperation}", which only a claim of the work has.`,
});

export const handOverLock = lease.handOverLease.extend({ operation: operation.optional() });
export const acquireLock = lease.acquireLease.omit({ adoptObligations: true }).extend({
  operation: operation.default('lock'),
  owner: asked.label.optional().meta({ description: 'Whom the holder works for', example: 'test_ai' }),
  process: asked.process.optional(),
  waitMs: asked.waitMs,
});
export const deadProcess = z.strictObject({
  token: asked.token,
  process: asked.process,
  observedBy: asked.label.meta({ description: 'Who saw that the process is gone', example: 'lock-monitor-host-2' }),
});

const statuses = asked.listOrAll(assignmentStatuses);
export const listLocks = z.strictObject({
  ...asked.page,
  ...asked.fresh,
  asOf: asked.asOf.optional(),
  status: statuses.optional().meta({ description: 'active and reserved if absent', example: 'active,idle' }),
  kind: kindText.optional(),
  scope: scopeText.optional(),
  name: nameText.optional(),
  holder: asked.label.optional(),
  owner: asked.label.optional(),
});

export const oneLock = z.strictObject({ ...asked.fresh, asOf: asked.asOf.optional() });

export const lock = z
  .object({
    kind: z.enum(['task', 'phase']),
    scope: z.string(),
    name: z.string(),
    status: z.enum(assignmentStatuses),
    holder: holder.nullable(),
    owner: z.string().nullable(),
    process: holdingProcess.nullable(),
    token: z.int(),
    operation: z.string().nullable(),
    ttlMs: z.number().nullable(),
    sinceMs: instant.nullable(),
    releasedAtMs: instant.nullable(),
    releaseReason: z.string().nullable(),
    reservationReason: z.string().nullable(),
    previous: pastHold.nullable(),
    freeFromMs: instant.nullable(),
    updatedAtMs: instant,
    revision: z.string(),
  })
  .meta({ id: 'Lock' });
export const seenLock = z.object({ lock, ...seen }).meta({ id: 'SeenLock' });
export const lockPage = z
  .object({ locks: z.array(lock), next: z.string().nullable(), ...seen })
  .meta({ id: 'LockPage' });
