import { z } from 'zod';
import { leaseKinds } from '../../../domain/lease/resource.js';

/** What answers are made of; for the documentation, and checked in tests. Instants are milliseconds since 1970. */
export const instant = z.number().meta({ description: 'Milliseconds since 1970', example: 1_768_478_400_000 });
export const positionOut = z.string().meta({ description: 'Position in the log', example: '7711' });
export const jsonOut = z.unknown();
export const jsonObjectOut = z.record(z.string(), z.unknown());

/** Every answer from a view. */
export const seen = {
  position: positionOut,
  ageMs: z
    .number()
    .nullable()
    .meta({ description: 'What was written in the last so many milliseconds may be missing' }),
};

export const holder = z
  .object({ kind: z.enum(['container', 'agent', 'operator']), id: z.string(), attempt: z.int() })
  .meta({ id: 'Holder' });
export const resource = z
  .object({ kind: z.enum(leaseKinds), scope: z.string(), name: z.string() })
  .meta({ id: 'Resource' });
export const effect = z
  .object({ effectId: z.string(), action: z.string(), token: z.int(), deadlineMs: instant, probe: jsonObjectOut })
  .meta({ id: 'OpenEffect' });
export const obligation = z
  .object({
    obligationId: z.string(),
    good: z.string(),
    units: z.number(),
    sinceMs: instant,
    by: z.string().optional(),
  })
  .meta({ id: 'Obligation' });
export const pastHold = z
  .object({ holder, token: z.int(), reason: z.string(), detail: z.string(), freedAtMs: instant })
  .meta({ id: 'PastHold' });
export const holdingProcess = z
  .object({
    host: z.string(),
    pid: z.int(),
    mark: z.object({ machine: z.string(), began: z.string(), home: z.string().exactOptional() }).nullable(),
  })
  .meta({ id: 'HoldingProcess', description: 'Where the holder runs, as it says itself: evidence, never who holds' });
export const hold = z
  .object({
    holder,
    token: z.int(),
    operation: z.string(),
    ttlMs: z.number(),
    sinceMs: instant,
    reason: z.string(),
    owner: z.string().optional().meta({ description: 'Whom the holder works for' }),
    process: holdingProcess.optional(),
  })
  .meta({ id: 'Hold' });
/** The pause before the next attempt of a container. */
export const backOff = z.object({ notBeforeMs: instant, error: z.string() }).nullable();
export const lease = z.object({ ship: z.string(), token: z.int() }).meta({ id: 'Lease' });

export const historyPage = z
  .object({
    events: z.array(
      z
        .object({
          id: z.string(),
          type: z.string(),
          stream: z.string(),
          revision: z.string(),
          position: positionOut,
          createdAtMs: instant,
          data: jsonObjectOut,
          metadata: jsonObjectOut,
        })
        .meta({ id: 'RecordedEvent' }),
    ),
    next: z.string().nullable(),
  })
  .meta({ id: 'HistoryPage' });
