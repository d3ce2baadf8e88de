import { Body, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import type { z } from 'zod';
import type { CommandContext } from '../../../application/command-context.js';
import type { NoScouts } from '../../../application/scouting/find-scouts.js';
import { PlanTours } from '../../../application/scouting/plan-tours.js';
import { ScoutMarkets } from '../../../application/scouting/scout-markets.js';
import type { NoStops } from '../../../domain/scouting/markets.js';
import { ApiV1 } from '../asking/api.js';
import { Asked } from '../asking/command-context.js';
import { Dispatcher } from '../asking/dispatcher.js';
import { Answers } from '../openapi/answers.js';
import { failure, neverCharted } from '../problems.js';
import { symbol } from '../schemas/asked.js';
import * as schemas from './scouting-schemas.js';

@ApiV1('systems/:symbol/scouting', 'systems')
export class ScoutingController {
  constructor(@Inject(Dispatcher) private readonly dispatcher: Dispatcher) {}

  @Get()
  @Answers(
    'Which ship should scout which markets: all of them shared out, the longest tour short',
    schemas.plannedTours,
    { refusals: [404] },
  )
  async plan(
    @Param('symbol', { schema: symbol }) system: string,
    @Query({ schema: schemas.planTours }) { ships, markets }: z.output<typeof schemas.planTours>,
  ) {
    const planned = await this.dispatcher.query(new PlanTours({ system, ships, markets }));
    if (planned.type !== 'Planned') throw problemOf(planned);
    return { system, tours: planned.tours };
  }

  @Post()
  @HttpCode(200)
  @Answers(
    'Have markets scouted: a tour for every ship that flies none. Asked again, what is flown serves',
    schemas.scouting,
    { refusals: [404, 502, 503] },
  )
  async scout(
    @Param('symbol', { schema: symbol }) system: string,
    @Body({ schema: schemas.scoutMarkets }) body: z.output<typeof schemas.scoutMarkets>,
    @Asked() context: CommandContext,
  ) {
    const { outcome, position } = await this.dispatcher.command(new ScoutMarkets(context, { system, ...body }));
    if (outcome.type !== 'Scouting') throw problemOf(outcome);
    const tours = outcome.tours.map(({ containerId, ...tour }) => ({ ...tour, container: containerId }));
    const { idle, uncovered, unasked } = outcome;
    return { system, tours, idle, uncovered, unasked, position: String(position) };
  }
}

function problemOf(refused: NoStops | NoScouts) {
  switch (refused.type) {
    case 'UnknownSystem':
      return neverCharted(refused.system);
    case 'NoMarkets':
      return failure('NothingToScout', `No non-fuel-station marketplaces found in ${refused.system}`);
    case 'NotOnChart':
      return failure('NothingToScout', `The chart of ${refused.system} does not have ${refused.waypoints.join(', ')}`);
    case 'NoScoutShips':
      return failure('NothingToScout', 'No probe or satellite ships found');
    case 'UnknownShips':
      return failure('UnknownShips', `The game failed to load ship ${refused.ships.join(', ')}`);
    case 'NoGame':
      return failure(
        'NoGame',
        'Without a game (HOLDFAST_GAME=false) nobody knows the fleet: name the ships that are to scout.',
      );
    default:
      return refused satisfies never;
  }
}
