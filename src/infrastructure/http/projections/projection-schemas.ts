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
