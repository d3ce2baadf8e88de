import { Get, Inject, Query } from '@nestjs/common';
import type { z } from 'zod';
import { ListEvents } from '../../../application/custody/list-events.js';
import { ApiV1 } from '../asking/api.js';
import { Dispatcher } from '../asking/dispatcher.js';
import { eventBody } from '../asking/event-body.js';
import { Answers } from '../openapi/answers.js';
import { eventPage, listEvents } from './event-schemas.js';

@ApiV1('events', 'events')
export class EventsController {
  constructor(@Inject(Dispatcher) private readonly dispatcher: Dispatcher) {}

  @Get()
  @Answers('The log in its own order, after a position', eventPage, { refusals: [503] })
  async list(@Query({ schema: listEvents }) { after, streams, limit }: z.output<typeof listEvents>) {
    const page = await this.dispatcher.query(new ListEvents({ after, streamPrefixes: streams, limit }));
    return {
      events: page.events.map(eventBody),
      next: page.next === null ? null : String(page.next),
      head: String(page.head),
    };
  }
}
