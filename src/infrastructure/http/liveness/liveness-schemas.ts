import { z } from 'zod';
import { holder, instant, jsonOut, obligation, resource } from '../schemas/answered.js';

const loop = {
  runs: z.int(),
  lastRunAtMs: instant.nullable(),
  lastGoodRunAtMs: instant.nullable().meta({ description: 'Of the last run that did not fail' }),
  lastError: z.string().nullable().meta({ description: 'Of the last run; null when it went well' }),
};
const failed = z
  .array(z.object({ subject: z.string(), message: z.string() }))
  .meta({ description: 'What could not be done; the next run tries again' });

const repair = z.object({
  type: z.string(),
  resource: resource.nullable().meta({ description: 'The lease; null: the container itself' }),
  holder: z.string(),
  token: z.int(),
  reason: z.string(),
  detail: z.string(),
});
const expired = z.array(z.object({ subject: z.string(), silentForMs: z.number() }));
const stale = z
  .array(z.object({ resource, holder: z.string(), forMs: z.number() }))
  .meta({ description: 'Held, and nothing has moved for longer than is usual' });

export const sweepNow = z.strictObject({
  dryRun: z.boolean().default(false).meta({ description: 'Only say what would be done' }),
});
export const swept = z
  .object({
    dryRun: z.boolean(),
    cleaned: z.int().meta({ description: 'How many locks of tasks and phases were, or would be, freed' }),
    lines: z.array(z.string()).meta({ example: ['CLEANUP: Task #7 - Dead process (PID: 4242, owner: test_ai)'] }),
    expired,
    amnestyLeftMs: z.number(),
    repaired: z.array(repair),
    kept: z.int().meta({ description: 'Leases that should go and cannot: their ships owe something' }),
    failed,
    stale,
  })
  .meta({ id: 'Swept' });

export const liveness = z
  .object({
    watch: z
      .object({
        isWatching: z.boolean().meta({ description: 'This process is the one that acts' }),
        watcher: z
          .object({
            host: z.string(),
            pid: z.int(),
            sinceMs: instant,
            runs: z.int(),
            lastRunAtMs: instant.nullable(),
            nextRunAtMs: instant.nullable(),
          })
          .nullable(),
      })
      .meta({ description: 'Which process of all watches over the leases; the others take over when it dies' }),
    rules: z.array(z.string()).meta({ description: 'What the watch goes by, in words' }),
    monitor: z
      .object({
        ...loop,
        lastRun: z
          .object({
            watched: z.int(),
            expired,
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
            repaired: z.array(repair),
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
            stale,
          })
          .nullable(),
      })
      .meta({ description: 'Repairs what a crash left half made' }),
    health: z
      .object({
        intervalMs: z.number(),
        stuckAfterMs: z.number(),
        healthyAfterMs: z.number(),
        attempts: z.int().meta({ description: 'How often it is tried to set a ship right' }),
        fastestIterationMs: z.number(),
        lastCheckAtMs: instant.nullable(),
        recoveries: z.object({
          attempts: z.int(),
          successful: z.int(),
          failed: z.int(),
          abandoned: z.int(),
          successRate: z.number().nullable().meta({ description: 'Percent of all attempts' }),
        }),
        watched: z.array(
          z.object({
            ship: z.string(),
            sinceMs: instant,
            attempts: z.int(),
            healthySinceMs: instant.nullable(),
            abandoned: z.boolean(),
          }),
        ),
        fast: z.array(z.object({ container: z.string(), averageMs: z.number() })),
        stuck: z.array(
          z.object({ ship: z.string(), severity: z.enum(['warning', 'critical']), overdueMs: z.number() }),
        ),
      })
      .meta({ description: 'Looks for loops that spin and for ships that do not arrive' }),
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
