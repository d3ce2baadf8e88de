import { Get, Inject, Query } from '@nestjs/common';
import { z } from 'zod';
import { historyCategories, ListEvents } from '../../application/custody/list-events.js';
import { ApiV1 } from './asking/api.js';
import { Dispatcher } from './asking/dispatcher.js';
import { Answers } from './openapi/answers.js';
import { historyPage, positionOut } from './schemas/answered.js';
import { position } from './schemas/asked.js';

const prefixForm = new RegExp(`^(${historyCategories.join('|')})[A-Za-z0-9_.-]{0,255}$`);
const mostEvents = 1_000;

const streams = z
  .string()
  .transform((given, context) => {
    const prefixes = given.split(',');
    if (prefixes.length <= 100 && prefixes.every((prefix) => prefixForm.test(prefix))) return prefixes;
    const message = `Must be beginnings of stream names, with commas between; each begins with one of ${historyCategories.join(', ')}.`;
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  })
  .meta({ example: 'ship-,container-' });

const limit = z
  .string()
  .regex(/^[1-9]\d{0,3}$/)
  .transform(Number)
  .pipe(z.number().max(mostEvents))
  .default(200)
  .meta({ description: `1 to ${mostEvents}; 200 if absent`, example: '200' });

export const listEvents = z.strictObject({ after: position.optional(), streams: streams.optional(), limit });
export const eventPage = z
  .object({ events: historyPage.shape.events, next: positionOut.nullable(), head: positionOut })
  .meta({ id: 'EventPage' });

@ApiV1('events', 'events')
export class EventsController {
  constructor(@Inject(Dispatcher) private readonly dispatcher: Dispatcher) {}

  @Get()
  @Answers('The log in its own order, after a position', eventPage, { refusals: [422, 503] })
  async list(@Query({ schema: listEvents }) { after, streams, limit }: z.output<typeof listEvents>) {
    const page = await this.dispatcher.query(new ListEvents({ after, streamPrefixes: streams, limit }));
    return {
      events: page.events.map(({ revision, position: at, ...event }) => ({
        ...event,
        revision: String(revision),
        position: String(at),
      })),
      next: page.next === null ? null : String(page.next),
      head: String(page.head),
    };
  }
}
