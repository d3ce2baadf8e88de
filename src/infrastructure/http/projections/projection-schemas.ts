import { z } from 'zod';
import { instant } from '../schemas/answered.js';

const position = z.string().nullable();

export const projectionList = z
  .object({
    projections: z.array(
      z.object({
        view: z.string(),
        role: z.enum(['projecting', 'standby', 'refused', 'idle']),
        readerAlive: z.boolean().nullable(),
        position,
        head: position,
        lagEvents: z.number().nullable(),
        lagMs: z.number().nullable(),
        parked: z.int(),
        epoch: z.int(),
        eventsApplied: z.int(),
        lastError: z.object({ message: z.string(), atMs: instant }).nullable(),
      }),
    ),
  })
  .meta({ id: 'ProjectionList' });

export const parkedQuery = z.strictObject({ view: z.string().max(64).optional() });
export const parkedList = z
  .object({
    parked: z.array(
      z.object({
        view: z.string(),
        stream: z.string(),
        revision: z.string(),
        position: z.string(),
        eventId: z.string(),
        eventType: z.string(),
        reason: z.string(),
        recordedAtMs: instant,
        passedOver: z.int(),
      }),
    ),
  })
  .meta({ id: 'ParkedList' });

export const rebuildViews = z
  .strictObject({
    view: z
      .string()
      .regex(/^[a-z][a-z0-9_-]{0,63}$/, 'Must be the name of a view.')
      .optional(),
    all: z.literal(true).optional().meta({ description: 'Every view, one after the other' }),
    verifyOnly: z.boolean().default(false).meta({ description: 'Compare, and change nothing' }),
    acceptDifferences: z.boolean().default(false).meta({ description: 'Take over although rows differ unexplained' }),
    parkUnreadable: z.boolean().default(false).meta({ description: 'Park a stream where the rebuild would stop' }),
  })
  .refine(({ view, all }) => (view === undefined) !== (all === undefined), 'Needs either a view, or all: true.')
  .meta({ id: 'RebuildViews' });
export const rebuildLine = z
  .looseObject({
    type: z.enum([
      'Progress',
      'Rebuilt',
      'Verified',
      'Differs',
      'CannotApply',
      'AlreadyRunning',
      'Cancelled',
      'Failed',
      'Done',
    ]),
    view: z.string().optional(),
    ok: z.boolean().optional(),
  })
  .meta({ id: 'RebuildLine' });
