import { z } from 'zod';
import { position, playerText } from '../schemas/asked.js';
import { jsonObjectOut, positionOut } from '../schemas/answered.js';
import { streams } from '../events/event-schemas.js';

export const lastEventId = position.optional();
export const followStream = z.strictObject({
  after: position.optional().meta({
    description: 'Begin after this position; `Last-Event-ID` comes before it. Absent: from now on',
  }),
  player: playerText.optional().meta({ description: 'Only events that belong to this player' }),
  streams: streams.optional(),
});
export const streamedEvent = z
  .object({
    position: positionOut,
    stream: z.string().meta({ example: 'ship-1.COOPER-2' }),
    revision: z.string(),
    type: z.string().meta({ example: 'LeaseGranted' }),
    at: z.string().meta({ example: '2026-01-31T12:00:00.000Z' }),
    data: jsonObjectOut,
  })
  .meta({ id: 'StreamedEvent' });
