import { Body, HttpCode, Inject, Param, Post } from '@nestjs/common';
import type { z } from 'zod';
import type { CommandContext } from '../../../application/command-context.js';
import { ExplainLease } from '../../../application/custody/explain-lease.js';
import { BreakLease, LiftReservation, ReserveLease } from '../../../application/leases/operator-acts.js';
import { isReservation } from '../../../domain/lease/lease.js';
import { shipResource, type Resource } from '../../../domain/lease/resource.js';
import { Asked } from '../asking/command-context.js';
import { Dispatcher } from '../asking/dispatcher.js';
import { Answers } from '../openapi/answers.js';
import { playerText, symbol } from '../schemas/asked.js';
import { explanationBody } from './explanation-body.js';
import { freedOrNotBody, reservedBody } from './lease-bodies.js';
import { ApiOfShip } from './api-of-ship.js';
import * as schemas from './ship-schemas.js';

/** What an operator may do to a lease: always with a reason, always in the log. */
@ApiOfShip('/lease')
export class OperatorController {
  constructor(@Inject(Dispatcher) private readonly dispatcher: Dispatcher) {}

  @Post('reserve')
  @HttpCode(200)
  @Answers('Keep the ship for an operator, until it is lifted', schemas.reservedOrNot)
  async reserve(
    @Param('player', { schema: playerText }) player: number,
    @Param('symbol', { schema: symbol }) ship: string,
    @Body({ schema: schemas.reserveLease }) { displace, preview, ...ask }: z.output<typeof schemas.reserveLease>,
    @Asked() context: CommandContext,
  ) {
    const resource = shipResource(player, ship);
    if (preview) {
      const { hold, told } = await this.#foresee(resource, ask);
      const isOwn = hold !== null && isReservation(hold) && hold.holder.id === ask.operator;
      const takes = hold !== null && displace && !isReservation(hold) && told.isMeant;
      return { ...told.body, wouldReserve: hold === null || isOwn || takes, loser: takes ? hold.holder : null };
    }
    const reserve = new ReserveLease(context, { resource, ...ask, displaces: displace });
    return reservedBody(await this.dispatcher.command(reserve));
  }

  @Post('lift')
  @HttpCode(200)
  @Answers('Lift a reservation', schemas.liftedReservation)
  async lift(
    @Param('player', { schema: playerText }) player: number,
    @Param('symbol', { schema: symbol }) ship: string,
    @Body({ schema: schemas.liftReservation }) { preview, ...ask }: z.output<typeof schemas.liftReservation>,
    @Asked() context: CommandContext,
  ) {
    const resource = shipResource(player, ship);
    if (preview) {
      const { hold, told } = await this.#foresee(resource, ask);
      const wouldLift = hold !== null && isReservation(hold) && told.isMeant;
      return { ...told.body, wouldLift, loser: wouldLift ? hold.holder : null };
    }
    const lift = new LiftReservation(context, { resource, ...ask });
    return freedOrNotBody(await this.dispatcher.command(lift));
  }

  @Post('break')
  @HttpCode(200)
  @Answers('Take the lease from its living holder, which is ended; or only say what would happen', schemas.brokenLease)
  async break(
    @Param('player', { schema: playerText }) player: number,
    @Param('symbol', { schema: symbol }) ship: string,
    @Body({ schema: schemas.breakLease }) { preview, ...ask }: z.output<typeof schemas.breakLease>,
    @Asked() context: CommandContext,
  ) {
    const resource = shipResource(player, ship);
    if (!preview) return freedOrNotBody(await this.dispatcher.command(new BreakLease(context, { resource, ...ask })));
    const { hold, told } = await this.#foresee(resource, ask);
    const wouldBreak = hold !== null && !isReservation(hold) && told.isMeant;
    return { ...told.body, wouldBreak, loser: wouldBreak ? hold.holder : null };
  }

  /** Whoever holds it now, and what every preview says of that. */
  async #foresee(resource: Resource, { expectedToken }: { readonly expectedToken?: number | undefined }) {
    const why = await this.dispatcher.query(new ExplainLease(resource));
    const now = why.hold?.token ?? null;
    const body = { preview: true as const, expectedToken: now, why: explanationBody(why) };
    return { hold: why.hold, told: { isMeant: expectedToken === undefined || expectedToken === now, body } };
  }
}
