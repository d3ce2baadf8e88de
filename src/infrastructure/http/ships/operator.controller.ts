import { Body, HttpCode, Inject, Param, Post } from '@nestjs/common';
import type { z } from 'zod';
import type { CommandContext } from '../../../application/command-context.js';
import { shipResource } from '../../../domain/lease/resource.js';
import { Asked } from '../asking/command-context.js';
import { Dispatcher } from '../asking/dispatcher.js';
import { breakOrPreview, liftOrPreview, reserveOrPreview } from '../leases/operator-acts.js';
import { Answers } from '../openapi/answers.js';
import { playerText, symbol } from '../schemas/asked.js';
import { ApiOfShip } from './api-of-ship.js';
import * as schemas from '../leases/lease-schemas.js';

/** What an operator may do to a lease: always with a reason, always in the log. */
@ApiOfShip('/lease')
export class OperatorController {
  constructor(@Inject(Dispatcher) private readonly dispatcher: Dispatcher) {}

  @Post('reserve')
  @HttpCode(200)
  @Answers('Keep the ship for an operator, until it is lifted', schemas.reservedOrNot)
  reserve(
    @Param('player', { schema: playerText }) player: number,
    @Param('symbol', { schema: symbol }) ship: string,
    @Body({ schema: schemas.reserveLease }) ask: z.output<typeof schemas.reserveLease>,
    @Asked() context: CommandContext,
  ) {
    return reserveOrPreview({ dispatcher: this.dispatcher, context, resource: shipResource(player, ship), ask });
  }

  @Post('lift')
  @HttpCode(200)
  @Answers('Lift a reservation', schemas.liftedReservation)
  lift(
    @Param('player', { schema: playerText }) player: number,
    @Param('symbol', { schema: symbol }) ship: string,
    @Body({ schema: schemas.liftReservation }) ask: z.output<typeof schemas.liftReservation>,
    @Asked() context: CommandContext,
  ) {
    return liftOrPreview({ dispatcher: this.dispatcher, context, resource: shipResource(player, ship), ask });
  }

  @Post('break')
  @HttpCode(200)
  @Answers('Take the lease from its living holder, which is ended; or only say what would happen', schemas.brokenLease)
  break(
    @Param('player', { schema: playerText }) player: number,
    @Param('symbol', { schema: symbol }) ship: string,
    @Body({ schema: schemas.breakLease }) ask: z.output<typeof schemas.breakLease>,
    @Asked() context: CommandContext,
  ) {
    return breakOrPreview({ dispatcher: this.dispatcher, context, resource: shipResource(player, ship), ask });
  }
}
