import { z } from 'zod';
import { shownPrefixes } from '../../../domain/streams.js';
import { historyPage, positionOut } from '../schemas/answered.js';
import { manyLimit, position } from '../schemas/asked.js';

const prefixForm = new RegExp(`^(${shownPrefixes.join('|')})[A-Za-z0-9_.-]{0,255}$`);

export const streams = z
  .string()
  .transform((given, context) => {
    const prefixes = given.split(',');
    if (prefixes.length <= 100 && prefixes.every((prefix) => prefixForm.test(prefix))) return prefixes;
    const message = `Must be beginnings of stream names, with commas between; each begins with one of ${shownPrefixes.join(', ')}.`;
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  })
  .meta({ example: 'ship-,container-' });

export const listEvents = z.strictObject({ after: position.optional(), streams: streams.optional(), limit: manyLimit });
export const eventPage = z
  .object({ events: historyPage.shape.events, next: positionOut.nullable(), head: positionOut })
  .meta({ id: 'EventPage' });
