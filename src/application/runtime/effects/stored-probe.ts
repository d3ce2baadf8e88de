import { z } from 'zod';
import type { JsonObject } from '../../../domain/kernel/json.js';
import type { Probe } from '../../../domain/operations/probe.js';

const count = z.int().min(0);

const schema: z.ZodType<Probe> = z.discriminatedUnion('look', [
  z.object({ look: z.literal('berth'), docked: z.boolean() }),
  z.object({ look: z.literal('flight-mode'), mode: z.string() }),
  z.object({ look: z.literal('route'), from: z.string(), to: z.string() }),
  z.object({ look: z.literal('fuel'), before: count }),
  z.object({
    look: z.literal('cargo'),
    waypoint: z.string(),
    good: z.string(),
    before: count,
    after: count,
    incurs: z.object({ obligationId: z.string(), units: count }).nullable(),
    settles: z.array(z.string()),
    how: z.enum(['sold', 'jettisoned']),
  }),
]);

export function storedProbe(probe: Probe): JsonObject {
  return { ...probe };
}

/** Undefined for the intent of a worker that looks in ways of its own. */
export function probeIn(stored: JsonObject): Probe | undefined {
  return schema.safeParse(stored).data;
}
