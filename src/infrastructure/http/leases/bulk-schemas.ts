import { z } from 'zod';
import { pastHold, positionOut, holder } from '../schemas/answered.js';
import * as asked from '../schemas/asked.js';

/** Whom a bulk release is meant for: always one player's, and at least one more mark. */
export const bulkRelease = z
  .strictObject({
    player: asked.player,
    ships: z.array(asked.symbol).min(1).max(1_000).optional(),
    container: asked.containerId.optional(),
    operation: asked.label.optional(),
    olderThanMs: z.int().min(0).optional().meta({ description: 'Held for longer than this' }),
    all: z.literal(true).optional().meta({ description: 'Everything the player holds' }),
    operator: asked.label,
    reason: asked.reason,
    preview: z.boolean().default(false).meta({ description: 'Only list what would be released' }),
    max: z.int().min(1).max(1_000).default(100).meta({ description: 'A larger selection is refused whole' }),
  })
  .refine(
    ({ ships, container, operation, olderThanMs, all }) =>
      [ships, container, operation, olderThanMs, all].some((mark) => mark !== undefined),
    {
      message: 'Needs ships, container, operation, olderThanMs, or all.',
    },
  )
  .meta({ id: 'BulkRelease' });
export type BulkReleaseBody = z.output<typeof bulkRelease>;

export const bulkReleased = z
  .object({
    preview: z.boolean(),
    selected: z.int(),
    released: z.int().meta({ description: 'How many were, or would be, released' }),
    leases: z.array(
      z.object({
        ship: z.string(),
        token: z.int(),
        holder,
        heldForMs: z.number(),
        released: z.boolean(),
        freed: pastHold.nullable(),
        why: z.string().meta({ description: 'Why it was, or would be, released or kept' }),
      }),
    ),
    position: positionOut,
  })
  .meta({ id: 'BulkReleased' });
