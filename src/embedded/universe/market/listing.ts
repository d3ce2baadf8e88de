import type { Activity, GoodType, ListingStart } from '../model/universe.js';

/** One good at one market, as it was at a moment; what it is later follows from that. */
export interface Listing {
  readonly market: string;
  readonly good: string;
  readonly type: GoodType;
  readonly tradeVolume: number;
  readonly startVolume: number;
  readonly slope: number;
  /** The position of the market, in units of the good; 0 is balance. */
  readonly units: number;
  /** What was traded in the last hour of the game, in trade volumes; fades by 1/e in an hour. */
  readonly traffic: number;
  /** An import that began restricted and was not traded since. */
  readonly restricted: boolean;
  /** In ms since 1970, when `units` and `traffic` were so. */
  readonly asOf: number;
  /** Since when traffic is strong, in ms since 1970. */
  readonly strongSince: number | null;
}

const hourMs = 3_600_000;
const growing = 0.5;
const strong = 1.5;
/** Where production and consumption come to rest, in trade volumes. */
const rest = 5;

/** Trade volumes per hour of the game. */
const rates: Readonly<Record<'EXPORT' | 'IMPORT', Readonly<Record<Activity, number>>>> = {
  EXPORT: { WEAK: 0.2, RESTRICTED: 0.26, GROWING: 1.5, STRONG: 2.0 },
  IMPORT: { WEAK: 0.4, RESTRICTED: 0.23, GROWING: 1.6, STRONG: 2.2 },
};
const exchangeRate = 0.2;

export function listingAtStart(market: string, start: ListingStart, at: number): Listing {
  const { good, type, tradeVolume, slope, units, activity } = start;
  const traffic = activity === 'STRONG' ? 2 : activity === 'GROWING' ? 1 : 0;
  const restricted = type === 'IMPORT' && activity === 'RESTRICTED';
  const fixed = { market, good, type, tradeVolume, startVolume: tradeVolume, slope, restricted };
  return { ...fixed, units, traffic, asOf: at, strongSince: null };
}

export const positionOf = ({ units, tradeVolume }: Listing): number => units / tradeVolume;

export function activityOf({ type, traffic, restricted }: Listing, starved: boolean): Activity | undefined {
  if (type === 'EXCHANGE') return undefined;
  if (type === 'EXPORT' ? starved : restricted) return 'RESTRICTED';
  return traffic < growing ? 'WEAK' : traffic < strong ? 'GROWING' : 'STRONG';
}

/**
 * The listing at a later moment. Exports fill up, imports are used up, exchanges creep back to balance.
 * @param starved whether an input of an export is scarce
 */
export function later(listing: Listing, now: number, timeFactor: number, starved: boolean): Listing {
  const hours = (Math.max(0, now - listing.asOf) * timeFactor) / hourMs;
  if (hours === 0) return listing;
  const moved = { ...listing, asOf: now, traffic: listing.traffic * Math.exp(-hours) };
  const drift = driftOver(listing, hours, starved) * listing.tradeVolume;
  const limit = rest * listing.tradeVolume;
  switch (listing.type) {
    case 'EXPORT':
      return { ...moved, units: Math.max(listing.units, Math.min(limit, listing.units + drift)) };
    case 'IMPORT':
      return { ...moved, units: Math.min(listing.units, Math.max(-limit, listing.units - drift)) };
    case 'EXCHANGE':
      return { ...moved, units: Math.sign(listing.units) * Math.max(0, Math.abs(listing.units) - drift) };
  }
}

function driftOver(listing: Listing, hours: number, starved: boolean): number {
  if (listing.type === 'EXCHANGE') return exchangeRate * hours;
  const rate = rates[listing.type];
  if (activityOf(listing, starved) === 'RESTRICTED') return rate.RESTRICTED * hours;
  const until = (level: number) => Math.min(hours, Math.max(0, Math.log(Math.max(listing.traffic, 1e-9) / level)));
  const [strongFor, growingTo] = [until(strong), until(growing)];
  return rate.STRONG * strongFor + rate.GROWING * (growingTo - strongFor) + rate.WEAK * (hours - growingTo);
}

/**
 * The listing after a trade at its own moment.
 * @param units what came in; negative for what was taken out
 */
export function traded(listing: Listing, units: number, timeFactor: number): Listing {
  const traffic = listing.traffic + Math.abs(units) / listing.tradeVolume;
  const after = { ...listing, units: listing.units + units, traffic, restricted: false };
  if (traffic < strong) return { ...after, strongSince: null };
  const since = listing.traffic >= strong ? (listing.strongSince ?? listing.asOf) : listing.asOf;
  const lasted = (listing.asOf - since) * timeFactor >= hourMs;
  if (!lasted || Math.abs(positionOf(after)) > 4) return { ...after, strongSince: since };
  const tradeVolume = Math.min(2 * listing.startVolume, Math.ceil(listing.tradeVolume * 1.1));
  return { ...after, tradeVolume, strongSince: listing.asOf };
}
