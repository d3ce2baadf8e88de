import { Body, HttpCode, Inject, Param, Post } from '@nestjs/common';
import type { z } from 'zod';
import type { CommandContext } from '../../../application/command-context.js';
import { RecordEffect, type EffectRecord } from '../../../application/leases/record-effect.js';
import { shipResource, type Resource } from '../../../domain/lease/resource.js';
import { Asked } from '../asking/command-context.js';
import { Dispatcher } from '../asking/dispatcher.js';
import { Answers } from '../openapi/answers.js';
import { playerText, symbol } from '../schemas/asked.js';
import { recordedBody } from '../leases/lease-bodies.js';
import { ApiOfShip } from './api-of-ship.js';
import * as schemas from './ship-schemas.js';

/** What a holder does in the outside world, declared before and recorded after, and what the ship owes for it. */
@ApiOfShip()
export class EffectsController {
  constructor(@Inject(Dispatcher) private readonly dispatcher: Dispatcher) {}

  @Post('effects')
  @HttpCode(200)
  @Answers('Declare a change in the outside world, before it is tried', schemas.recorded, { refusals: [404] })
  intend(
    @Param('player', { schema: playerText }) player: number,
    @Param('symbol', { schema: symbol }) ship: string,
    @Body({ schema: schemas.intendEffect }) { probe = {}, ...ask }: z.output<typeof schemas.intendEffect>,
    @Asked() context: CommandContext,
  ) {
    return this.#record(context, shipResource(player, ship), { type: 'intend', probe, ...ask });
  }

  @Post('effects/:id/observation')
  @HttpCode(200)
  @Answers('Record whether it happened', schemas.recorded, { refusals: [404] })
  observe(
    @Param('player', { schema: playerText }) player: number,
    @Param('symbol', { schema: symbol }) ship: string,
    @Param('id', { schema: schemas.effectIdText }) effectId: string,
    @Body({ schema: schemas.observeEffect }) { evidence = {}, ...ask }: z.output<typeof schemas.observeEffect>,
    @Asked() context: CommandContext,
  ) {
    return this.#record(context, shipResource(player, ship), { type: 'observe', effectId, evidence, ...ask });
  }

  @Post('obligations')
  @HttpCode(200)
  @Answers('Record what the ship owes from now on', schemas.recorded, { refusals: [404] })
  incur(
    @Param('player', { schema: playerText }) player: number,
    @Param('symbol', { schema: symbol }) ship: string,
    @Body({ schema: schemas.incurObligation }) ask: z.output<typeof schemas.incurObligation>,
    @Asked() context: CommandContext,
  ) {
    return this.#record(context, shipResource(player, ship), { type: 'incur', ...ask });
  }

  @Post('obligations/:id/settlement')
  @HttpCode(200)
  @Answers('Record how an obligation was met, or write it off as an operator', schemas.recorded, {
    refusals: [404],
  })
  settle(
    @Param('player', { schema: playerText }) player: number,
    @Param('symbol', { schema: symbol }) ship: string,
    @Param('id', { schema: schemas.effectIdText }) obligationId: string,
    @Body({ schema: schemas.settleObligation }) { token = 0, how, operator }: z.output<typeof schemas.settleObligation>,
    @Asked() context: CommandContext,
  ) {
    const by = operator === undefined ? null : ({ kind: 'operator', id: operator } as const);
    return this.#record(context, shipResource(player, ship), { type: 'settle', token, obligationId, how, by });
  }

  async #record(context: CommandContext, resource: Resource, record: EffectRecord) {
    return recordedBody(await this.dispatcher.command(new RecordEffect(context, resource, record)));
  }
}
