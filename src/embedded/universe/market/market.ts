import { supplyAt } from './price.js';
import { later, positionOf, traded, type Listing } from './listing.js';

/** Where the rules of a market come from. */
export interface Rules {
  readonly recipes: Readonly<Record<string, readonly string[]>>;
  readonly timeFactor: number;
}

/** All listings of one market at a later moment. */
export function marketAt(listings: readonly Listing[], now: number, rules: Rules): readonly Listing[] {
  return listings.map((each) => later(each, now, rules.timeFactor, isStarved(each, listings, rules)));
}

/** Whether something an export is made of is scarce where it is made. */
export function isStarved({ type, good }: Listing, listings: readonly Listing[], { recipes }: Rules): boolean {
  if (type !== 'EXPORT') return false;
  const inputs = recipes[good] ?? [];
  return listings.some((each) => each.type === 'IMPORT' && inputs.includes(each.good) && isScarce(each));
}

const isScarce = (listing: Listing): boolean => supplyAt(positionOf(listing)) === 'SCARCE';

/** Of a delivered unit this much becomes output. */
const yieldOfInput = 1 / 3;

/**
 * The listings that change when a ship takes units out (negative) or brings them in, all as of `now`.
 * What is brought to a factory becomes part of what it makes.
 */
export function afterTrade(
  listings: readonly Listing[],
  good: string,
  units: number,
  now: number,
  rules: Rules,
): readonly Listing[] {
  const current = marketAt(listings, now, rules).map((each) =>
    each.good === good ? traded(each, units, rules.timeFactor) : each,
  );
  const input = current.find((each) => each.good === good);
  if (units < 0 || input?.type !== 'IMPORT' || isScarce(input)) return current;
  const feeds = (each: Listing) => each.type === 'EXPORT' && (rules.recipes[each.good] ?? []).includes(good);
  const fed = current.filter(feeds).length;
  return current.map((each) => (feeds(each) ? { ...each, units: each.units + (units * yieldOfInput) / fed } : each));
}
