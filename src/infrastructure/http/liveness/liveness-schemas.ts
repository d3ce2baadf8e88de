import { z } from 'zod';
import { holder, instant, jsonOut, obligation, resource } from '../schemas/answered.js';

const loop = {
  runs: z.int(),
  lastRunAtMs: instant.nullable(),
  lastError: z.string().nullable().meta({ description: 'Of the last run; null when it went well' }),
};
const failed = z
  .array(z.object({ subject: z.string(), message: z.string() }))
  .meta({ description: 'What could not be done; the next run tries again' });

export const liveness = z
  .object({
    monitor: z
      .object({
        ...loop,
        lastRun: z
          .object({
            watched: z.int(),
            expired: z.array(z.object({ subject: z.string(), silentForMs: z.number() })),
            failed,
            amnestyLeftMs: z.number().meta({ description: 'For so long nobody is expired yet' }),
          })
          .nullable(),
      })
      .meta({ description: 'Takes the leases of silent holders' }),
    sweep: z
      .object({
        ...loop,
        lastRun: z
          .object({
            looked: z.int(),
            repaired: z.array(
              z.object({
                type: z.string(),
                resource: resource.nullable().meta({ description: 'The lease; null: the container itself' }),
                holder: z.string(),
                token: z.int(),
                reason: z.string(),
                detail: z.string(),
              }),
            ),
            kept: z
              .array(
                z.object({
                  resource,
                  holder,
                  token: z.int(),
                  reason: z.string(),
                  detail: z.string(),
                  obligations: z.array(obligation),
                }),
              )
              .meta({ description: 'Should go and cannot: their ships owe something' }),
            failed,
            stale: z
              .array(z.object({ resource, holder: z.string(), forMs: z.number() }))
              .meta({ description: 'Held, and nothing has moved for longer than is usual' }),
          })
          .nullable(),
      })
      .meta({ description: 'Repairs what a crash left half made' }),
    refusals: z.object({
      sinceMs: instant,
      counts: z.array(z.object({ code: z.string().meta({ example: 'lease-held' }), count: z.int() })),
    }),
  })
  .meta({ id: 'Liveness' });

export const heartbeatList = z
  .object({
    heartbeats: z.array(
      z
        .object({
          subject: z.string().meta({ description: 'The stream of a container, or of a lease' }),
          attempt: z.int(),
          token: z.int(),
          sequence: z.int(),
          cursor: jsonOut.meta({ description: 'Where the work stands, in the worker’s own words' }),
          quietUntilMs: instant.nullable(),
          quietForMs: z.number(),
          atMs: instant,
          agoMs: z.number(),
        })
        .meta({ id: 'Heartbeat' }),
    ),
  })
  .meta({ id: 'HeartbeatList' });
