import { Get, Inject, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { z } from 'zod';
import { PlanTours } from '../../../application/scouting/plan-tours.js';
import { ApiV1 } from '../asking/api.js';
import { Answers } from '../openapi/answers.js';
import { failure } from '../problems.js';
import { symbol } from '../schemas/asked.js';
import * as schemas from './scouting-schemas.js';

@ApiV1('systems/:symbol/scouting', 'systems')
export class ScoutingController {
  constructor(@Inject(QueryBus) private readonly queries: QueryBus) {}

  @Get()
  @Answers(
    'Which ship should scout which markets: all of them shared out, the longest tour short',
    schemas.plannedTours,
    {
      refusals: [404],
    },
  )
  async plan(
    @Param('symbol', { schema: symbol }) system: string,
    @Query({ schema: schemas.planTours }) { ships, markets }: z.output<typeof schemas.planTours>,
  ) {
    const planned = await this.queries.execute(new PlanTours({ system, ships, markets }));
    switch (planned.type) {
      case 'Planned':
        return { system, tours: planned.tours };
      case 'UnknownSystem':
        throw failure('Unknown', `System ${system} was never charted`);
      case 'NoMarkets':
        throw failure('Unknown', `No non-fuel-station marketplaces found in ${system}`);
      case 'NotOnChart':
        throw failure('Unknown', `The chart of ${system} does not have ${planned.waypoints.join(', ')}`);
      default:
        return planned satisfies never;
    }
  }
}
