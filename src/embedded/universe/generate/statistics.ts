import { supplyAt } from '../market/price.js';
import type { Universe } from '../model/universe.js';

/** A system in numbers, to be held against another one. */
export type Statistics = Readonly<Record<string, number>>;

export function statisticsOf({ waypoints, markets, shipyards, recipes }: Universe): Statistics {
  const listings = markets.flatMap((market) => market.listings);
  const points = new Map(waypoints.map(({ symbol, x, y }) => [symbol, `${x},${y}`]));
  const made = new Set(goodsOf('EXPORT'));
  const found = new Set(goodsOf('EXCHANGE'));
  const needed = new Set(goodsOf('IMPORT'));
  return {
    waypoints: waypoints.length,
    ...counted(
      '',
      waypoints.map(({ type }) => type),
    ),
    markets: markets.length,
    'points with a market': new Set(markets.map(({ symbol }) => points.get(symbol))).size,
    listings: listings.length,
    ...counted(
      'listings ',
      listings.map(({ type }) => type),
    ),
    ...counted(
      'volume ',
      listings.map(({ tradeVolume }) => String(tradeVolume)),
    ),
    ...counted('exports ', suppliesOf('EXPORT')),
    ...counted('imports ', suppliesOf('IMPORT')),
    shipyards: shipyards.length,
    'ships for sale': shipyards.flatMap(({ offers }) => offers).length,
    'goods traded': new Set(listings.map(({ good }) => good)).size,
    'exports with an input at hand': [...made].filter((good) =>
      (recipes[good] ?? []).some((input) => needed.has(input)),
    ).length,
    'imports nobody sells': [...needed].filter((good) => !made.has(good) && !found.has(good)).length,
  };

  function goodsOf(type: string): readonly string[] {
    return listings.filter((each) => each.type === type).map(({ good }) => good);
  }

  function suppliesOf(type: string): readonly string[] {
    return listings.filter((each) => each.type === type).map(({ units, tradeVolume }) => supplyAt(units / tradeVolume));
  }
}

function counted(prefix: string, names: readonly string[]): Statistics {
  const counts: Record<string, number> = {};
  for (const name of [...names].sort()) counts[`${prefix}${name}`] = (counts[`${prefix}${name}`] ?? 0) + 1;
  return counts;
}
