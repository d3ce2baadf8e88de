import { Get, Inject, Param, Query } from '@nestjs/common';
import type { z } from 'zod';
import { ListTours } from '../../../application/queries/tours.js';
import { ApiV1 } from '../asking/api.js';
import { asSeen } from '../asking/as-seen.js';
import { Dispatcher } from '../asking/dispatcher.js';
import { Answers } from '../openapi/answers.js';
import { neverCharted } from '../problems.js';
import { symbol } from '../schemas/asked.js';
import * as schemas from './tour-schemas.js';

@ApiV1('systems', 'systems')
export class ToursController {
  constructor(@Inject(Dispatcher) private readonly dispatcher: Dispatcher) {}

  @Get(':symbol/tours')
  @Answers('Scout tours in a system: those that live and hold their ship, and how far they are', schemas.tourList, {
    refusals: [404, 503],
  })
  async tours(
    @Param('symbol', { schema: symbol }) system: string,
    @Query({ schema: schemas.listTours }) query: z.output<typeof schemas.listTours>,
  ) {
    const answer = await this.dispatcher.view(new ListTours({ system, ...query }));
    if (answer.type === 'UnknownSystem') throw neverCharted(system);
    const tours = answer.value.map(({ containerId, ...tour }) => ({ ...tour, container: containerId }));
    return asSeen(answer, { tours });
  }
}
