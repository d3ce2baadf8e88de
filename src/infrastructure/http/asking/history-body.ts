import type { HistoryPage } from '../../../application/custody/lease-history.js';
import { z } from 'zod';
import { page } from '../schemas/asked.js';
import { cursorOf, keyOf } from './cursors.js';
import { eventBody } from './event-body.js';

export const historyQuery = z.strictObject(page);

/** The page of a stream that a query asks for. */
export function historyPageOf({ cursor, limit }: z.output<typeof historyQuery>) {
  const from = keyOf(cursor, z.string().regex(/^\d{1,20}$/));
  return { limit, ...(from !== undefined && { from: BigInt(from) }) };
}

/** Newest first, as it stands in the log. */
export function historyBody({ events, before }: HistoryPage) {
  return {
    events: events.map(eventBody),
    next: cursorOf(before === null ? null : String(before)),
  };
}
