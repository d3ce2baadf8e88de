import { Inject } from '@nestjs/common';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { Clock } from '../../application/ports/clock.js';
import { CLOCK } from '../../application/ports/tokens.js';
import { ListMarkets, type SeenMarket } from '../../application/queries/markets.js';
import type { NotThereYet, ViewAnswer } from '../../application/queries/view-answer.js';
import { goodsOf, markets, marketsTable } from '../markets/markets.js';
import { selectRows, Where } from './select.js';
import { ViewReader } from './view-reader.js';

@QueryHandler(ListMarkets)
export class ListMarketsHandler implements IQueryHandler<ListMarkets> {
  constructor(
    @Inject(ViewReader) private readonly reader: ViewReader,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  execute({ ask }: ListMarkets): Promise<ViewAnswer<readonly SeenMarket[]> | NotThereYet> {
    const { system, waypoint, maxAgeMs } = ask;
    const since = maxAgeMs === undefined ? undefined : new Date(this.clock.nowMs() - maxAgeMs).toISOString();
    const where = new Where()
      .and('system_symbol = ?', system)
      .and('waypoint_symbol = ?', waypoint)
      .and('last_updated >= ?', since);
    return this.reader.answer([markets], ask, async (connection) =>
      (await selectRows(connection, marketsTable, where)).map((row) => ({
        waypoint: row.waypoint_symbol,
        system: row.system_symbol,
        player: row.player_id,
        ship: row.ship_symbol,
        goods: goodsOf(row),
        scannedAtMs: row.last_updated,
      })),
    );
  }
}
