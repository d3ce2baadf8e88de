import { named } from '../catalogue/wording.js';
import { activityOf, positionOf, type Listing } from '../market/listing.js';
import { isStarved } from '../market/market.js';
import { pricesOf, supplyAt, type Prices } from '../market/price.js';
import type { Trade } from '../state/state.js';
import type { World } from '../state/world.js';

/** @param seen whether a ship of whoever asks is there: else there are no prices */
export function marketView(world: World, symbol: string, listings: readonly Listing[], seen: boolean) {
  const goodsOf = (type: Listing['type']) =>
    listings.filter((each) => each.type === type).map(({ good }) => named(good));
  return {
    ...{ symbol, exports: goodsOf('EXPORT'), imports: goodsOf('IMPORT'), exchange: goodsOf('EXCHANGE') },
    ...(seen && {
      transactions: (world.state.trades.get(symbol) ?? []).map(tradeView),
      tradeGoods: listings.map((each) => tradeGoodView(world, each, listings)),
    }),
  };
}

function tradeGoodView(world: World, listing: Listing, listings: readonly Listing[]) {
  const { good: symbol, type, tradeVolume } = listing;
  const activity = activityOf(listing, isStarved(listing, listings, world.rules));
  return {
    ...{ symbol, type, tradeVolume, supply: supplyAt(positionOf(listing)) },
    ...(activity && { activity }),
    ...pricesAt(world, listing),
  };
}

export function pricesAt({ universe }: World, listing: Listing): Prices {
  const { type, slope, good } = listing;
  return pricesOf({ type, slope, position: positionOf(listing), basePrice: universe.basePrices[good] ?? 100 });
}

export function tradeView({ agent: _, ...trade }: Trade) {
  return trade;
}
