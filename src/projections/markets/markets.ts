import { marketStream, type ScannedGood } from '../../domain/market/market.js';
import { streamPrefix } from '../../domain/streams.js';
import { table } from '../rows/table.js';
import { Misplaced, type View } from '../view.js';

export type MarketRow = {
  readonly waypoint_symbol: string;
  readonly system_symbol: string;
  /** `[{good, type, supply, activity, purchasePrice, sellPrice, tradeVolume}]`, by good */
  readonly goods: string;
  readonly last_updated: number;
  readonly player_id: number;
  readonly ship_symbol: string | null;
  readonly revision: string;
  readonly position: string;
};

export const marketsTable = table<MarketRow>({
  name: 'markets',
  key: ['waypoint_symbol'],
  columns: {
    waypoint_symbol: 'text',
    system_symbol: 'text',
    goods: 'json',
    last_updated: 'time',
    player_id: 'integer',
    ship_symbol: 'text',
    revision: 'position',
    position: 'position',
  },
});

/** The newest scan of every market. */
export const markets: View = {
  name: 'markets',
  streamPrefixes: [streamPrefix('market')],
  tables: [marketsTable],

  rowsTouchedBy: () => [],
  streamOf: (_table, row) => marketStream(String(row['waypoint_symbol'])),

  apply({ stream, event, revision, position }, rows) {
    if (event.type !== 'MarketScanned') throw new Misplaced(`${stream} holds a ${event.type}`);
    if (stream !== marketStream(event.waypoint)) throw new Misplaced(`${stream} holds a scan of another market`);
    rows.put(marketsTable, {
      waypoint_symbol: event.waypoint,
      system_symbol: event.system,
      goods: JSON.stringify(event.goods),
      last_updated: event.atMs,
      player_id: event.player,
      ship_symbol: event.ship,
      revision: String(revision),
      position: String(position),
    });
  },
};

export function goodsOf(row: MarketRow): readonly ScannedGood[] {
  return JSON.parse(row.goods) as readonly ScannedGood[];
}
