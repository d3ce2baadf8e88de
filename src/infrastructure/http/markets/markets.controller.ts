import { Body, Get, Inject, Param, Post, Query } from '@nestjs/common';
import type { z } from 'zod';
import type { CommandContext } from '../../../application/command-context.js';
import { ListMarkets } from '../../../application/queries/markets.js';
import { ScanMarket } from '../../../application/registry/scan-market.js';
import { ApiV1 } from '../asking/api.js';
import { asSeen } from '../asking/as-seen.js';
import { Asked } from '../asking/command-context.js';
import { Dispatcher } from '../asking/dispatcher.js';
import { Answers } from '../openapi/answers.js';
import { failure } from '../problems.js';
import { symbol } from '../schemas/asked.js';
import * as schemas from './market-schemas.js';

@ApiV1('markets', 'markets')
export class MarketsController {
  constructor(@Inject(Dispatcher) private readonly dispatcher: Dispatcher) {}

  @Get()
  @Answers('Markets as they were last seen', schemas.marketList, { refusals: [503] })
  async list(@Query({ schema: schemas.listMarkets }) query: z.output<typeof schemas.listMarkets>) {
    const { maxAgeMinutes, ...filter } = query;
    const maxAgeMs = maxAgeMinutes === undefined ? undefined : maxAgeMinutes * 60_000;
    const answer = await this.dispatcher.view(new ListMarkets({ ...filter, maxAgeMs }));
    return asSeen(answer, { markets: answer.value });
  }

  @Get(':waypoint')
  @Answers('One market as it was last seen', schemas.seenMarket, { refusals: [404, 503] })
  async one(
    @Param('waypoint', { schema: symbol }) waypoint: string,
    @Query({ schema: schemas.fresh }) query: z.output<typeof schemas.fresh>,
  ) {
    const answer = await this.dispatcher.view(new ListMarkets({ waypoint, ...query }));
    const [market] = answer.value;
    if (!market) throw failure('Unknown', `Market ${waypoint} was never scanned`);
    return asSeen(answer, { market });
  }

  @Post(':waypoint/scans')
  @Answers('Record what a ship saw at a market', schemas.scanned, { status: 201 })
  async scan(
    @Param('waypoint', { schema: symbol }) waypoint: string,
    @Body({ schema: schemas.scan }) { player, ship, goods }: z.output<typeof schemas.scan>,
    @Asked() context: CommandContext,
  ) {
    const { outcome, position } = await this.dispatcher.command(
      new ScanMarket(context, { waypoint, player, ship: ship ?? null, goods }),
    );
    return { waypoint, goods: goods.length, changed: outcome.changed, position: String(position) };
  }
}
