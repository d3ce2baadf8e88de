import { Get, Inject, Param, Query } from '@nestjs/common';
import type { z } from 'zod';
import { ExplainLease } from '../../../application/custody/explain-lease.js';
import { LeaseHistory } from '../../../application/custody/lease-history.js';
import { FindAssignments } from '../../../application/queries/assignments.js';
import { shipResource } from '../../../domain/lease/resource.js';
import { asSeen } from '../asking/as-seen.js';
import { Dispatcher } from '../asking/dispatcher.js';
import { historyBody, historyPageOf, historyQuery } from '../asking/history-body.js';
import { Answers } from '../openapi/answers.js';
import { refusalProblem } from '../problems.js';
import { historyPage } from '../schemas/answered.js';
import { playerText, symbol } from '../schemas/asked.js';
import { explanationBody } from '../leases/explanation-body.js';
import { explanation } from '../leases/lease-schemas.js';
import { shipBody } from './ship-body.js';
import { ApiOfShip } from './api-of-ship.js';
import { oneShip, seenShip } from './ship-schemas.js';

@ApiOfShip()
export class ShipController {
  constructor(@Inject(Dispatcher) private readonly dispatcher: Dispatcher) {}

  @Get()
  @Answers('One ship with its lease, now or as it was', seenShip, { refusals: [404, 503] })
  async one(
    @Param('player', { schema: playerText }) player: number,
    @Param('symbol', { schema: symbol }) ship: string,
    @Query({ schema: oneShip }) query: z.output<typeof oneShip>,
  ) {
    const answer = await this.dispatcher.view(new FindAssignments({ player, ship, ...query }));
    const [found] = answer.value;
    if (!found) throw refusalProblem({ type: 'NeverHeld', resource: shipResource(player, ship) }, 0);
    return asSeen(answer, { ship: shipBody(found) });
  }

  @Get('why')
  @Answers('Why the ship is, or is not, to be had, and what can be done', explanation)
  async why(
    @Param('player', { schema: playerText }) player: number,
    @Param('symbol', { schema: symbol }) ship: string,
  ) {
    return explanationBody(await this.dispatcher.query(new ExplainLease(shipResource(player, ship))));
  }

  @Get('history')
  @Answers('Who had the ship, since when, and why it was freed, newest first', historyPage, { refusals: [404] })
  async history(
    @Param('player', { schema: playerText }) player: number,
    @Param('symbol', { schema: symbol }) ship: string,
    @Query({ schema: historyQuery }) query: z.output<typeof historyQuery>,
  ) {
    const resource = shipResource(player, ship);
    const page = await this.dispatcher.query(new LeaseHistory(resource, historyPageOf(query)));
    if (page.events.length === 0 && query.cursor === undefined) {
      throw refusalProblem({ type: 'NeverHeld', resource }, 0);
    }
    return historyBody(page);
  }
}
