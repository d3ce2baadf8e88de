import { z } from 'zod';
import { containerStatuses } from '../../../domain/container/events.js';
import * as asked from '../schemas/asked.js';
import { instant, seen } from '../schemas/answered.js';

export const listTours = z.strictObject({ ...asked.fresh, player: asked.playerText.optional() });

const tour = z
  .object({
    system: z.string(),
    container: z.string(),
    player: z.int(),
    ship: z.string(),
    status: z.enum(containerStatuses),
    attempt: z.int(),
    token: z.int(),
    assignedAtMs: instant,
    markets: z.array(z.string()).meta({ description: 'As configured' }),
    order: z.array(z.string()).meta({ description: 'As flown in the last complete lap, else as configured' }),
    algorithm: z.string(),
    totalDistance: z.number().meta({ description: 'With the way back' }),
    visited: z.array(z.string()).meta({ description: 'Of the lap in progress, in the order of the visits' }),
    laps: z.int(),
    lastLapAtMs: instant.nullable(),
    lastVisit: z.object({ waypoint: z.string(), atMs: instant }).nullable(),
  })
  .meta({ id: 'Tour' });
export const tourList = z.object({ tours: z.array(tour), ...seen }).meta({ id: 'TourList' });
