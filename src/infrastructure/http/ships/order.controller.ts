import { Body, Inject, Param, Post } from '@nestjs/common';
import type { z } from 'zod';
import type { CommandContext } from '../../../application/command-context.js';
import type { Policy } from '../../../application/policy.js';
import { POLICY } from '../../../application/ports/tokens.js';
import type { PlayerName } from '../../../application/registry/find-player.js';
import { OrderShip, type ShipOrder } from '../../../application/ships/order-ship.js';
import { ApiV1 } from '../asking/api.js';
import { Asked } from '../asking/command-context.js';
import { Dispatcher } from '../asking/dispatcher.js';
import { playerNumber } from '../asking/player-number.js';
import { startedBody } from '../containers/changed-body.js';
import { startedContainer } from '../containers/container-schemas.js';
import { Answers } from '../openapi/answers.js';
import { symbol } from '../schemas/asked.js';
import { orders, playerName } from './order-schemas.js';

const created = { status: 201, refusals: [404, 503] };

/** One deed of one ship, run by a daemon of the server: the answer names the container before anything has happened. */
@ApiV1('players/:player/ships/:symbol', 'ships')
export class OrderController {
  constructor(
    @Inject(Dispatcher) private readonly dispatcher: Dispatcher,
    @Inject(POLICY) private readonly policy: Policy,
  ) {}

  @Post('navigate')
  @Answers('Fly to a waypoint of the system, with stops for fuel', startedContainer, created)
  navigate(
    @Param('player', { schema: playerName }) player: PlayerName,
    @Param('symbol', { schema: symbol }) ship: string,
    @Body({ schema: orders.navigate }) body: z.output<typeof orders.navigate>,
    @Asked() context: CommandContext,
  ) {
    return this.#order(context, player, ship, { type: 'navigate', ...body });
  }

  @Post('dock')
  @Answers('Dock where the ship is', startedContainer, created)
  dock(
    @Param('player', { schema: playerName }) player: PlayerName,
    @Param('symbol', { schema: symbol }) ship: string,
    @Body({ schema: orders.dock }) _body: object,
    @Asked() context: CommandContext,
  ) {
    return this.#order(context, player, ship, { type: 'dock' });
  }

  @Post('orbit')
  @Answers('Go into orbit where the ship is', startedContainer, created)
  orbit(
    @Param('player', { schema: playerName }) player: PlayerName,
    @Param('symbol', { schema: symbol }) ship: string,
    @Body({ schema: orders.orbit }) _body: object,
    @Asked() context: CommandContext,
  ) {
    return this.#order(context, player, ship, { type: 'orbit' });
  }

  @Post('refuel')
  @Answers('Fill the tank', startedContainer, created)
  refuel(
    @Param('player', { schema: playerName }) player: PlayerName,
    @Param('symbol', { schema: symbol }) ship: string,
    @Body({ schema: orders.refuel }) body: z.output<typeof orders.refuel>,
    @Asked() context: CommandContext,
  ) {
    return this.#order(context, player, ship, { type: 'refuel', ...body });
  }

  @Post('jettison')
  @Answers('Throw cargo away', startedContainer, created)
  jettison(
    @Param('player', { schema: playerName }) player: PlayerName,
    @Param('symbol', { schema: symbol }) ship: string,
    @Body({ schema: orders.jettison }) body: z.output<typeof orders.jettison>,
    @Asked() context: CommandContext,
  ) {
    return this.#order(context, player, ship, { type: 'jettison', ...body });
  }

  @Post('purchase')
  @Answers('Buy cargo; the ship then owes it', startedContainer, created)
  purchase(
    @Param('player', { schema: playerName }) player: PlayerName,
    @Param('symbol', { schema: symbol }) ship: string,
    @Body({ schema: orders.purchase }) body: z.output<typeof orders.purchase>,
    @Asked() context: CommandContext,
  ) {
    return this.#order(context, player, ship, { type: 'purchase', ...body });
  }

  @Post('sell')
  @Answers('Sell cargo', startedContainer, created)
  sell(
    @Param('player', { schema: playerName }) player: PlayerName,
    @Param('symbol', { schema: symbol }) ship: string,
    @Body({ schema: orders.sell }) body: z.output<typeof orders.sell>,
    @Asked() context: CommandContext,
  ) {
    return this.#order(context, player, ship, { type: 'sell', ...body });
  }

  async #order(context: CommandContext, named: PlayerName, ship: string, order: ShipOrder) {
    const player = await playerNumber(this.dispatcher, named);
    return startedBody(await this.dispatcher.command(new OrderShip(context, { player, ship }, order)), this.policy);
  }
}
