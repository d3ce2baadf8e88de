import type { Known } from './known.js';
import { placeOf, unitsAboard, type Sight } from './sight.js';
import { act, type Step, type Trade } from './step.js';
import { docked, landing, towards } from './towards.js';

export interface Lot {
  readonly good: string;
  /** Null: all that is aboard. */
  readonly units: number | null;
}

export interface Deal extends Lot {
  /** The market; null: the one the ship is at. */
  readonly waypoint: string | null;
}

export interface Purchase extends Deal {
  readonly units: number;
}

/** Buys until that many more units are aboard than when the iteration began. */
export function nextOfPurchase(deal: Purchase, known: Known, sight: Sight): Step {
  const { good, units } = deal;
  const { ship } = sight;
  const aboard = unitsAboard(ship, good);
  if (known.noted?.good !== good) return { type: 'note', good, units: aboard };
  const missing = known.noted.units + units - aboard;
  if (missing <= 0) return { type: 'done', report: { good, bought: units } };
  const room = ship.cargo.capacity - ship.cargo.units;
  if (room < missing) {
    return { type: 'blocked', why: `the hold of ${ship.symbol} takes ${room} more units, not ${missing}` };
  }
  return trading('purchase', deal, missing, sight);
}

/** Sells until that many units fewer are aboard than when the iteration began. */
export function nextOfSell(deal: Deal, known: Known, sight: Sight): Step {
  const left = leftToGive(deal, known, sight);
  return typeof left === 'number' ? trading('sell', deal, left, sight) : left;
}

export function nextOfJettison(lot: Lot, known: Known, sight: Sight): Step {
  const left = leftToGive(lot, known, sight);
  if (typeof left !== 'number') return left;
  return landing(sight) ?? act({ type: 'jettison', good: lot.good, units: left });
}

function leftToGive({ good, units }: Lot, { noted }: Known, { ship }: Sight): number | Step {
  const aboard = unitsAboard(ship, good);
  if (noted?.good !== good) return { type: 'note', good, units: aboard };
  if (units !== null && units > noted.units) {
    return { type: 'blocked', why: `${ship.symbol} has ${noted.units} units of ${good}, not ${units}` };
  }
  const given = units ?? noted.units;
  const left = aboard - (noted.units - given);
  return left > 0 ? left : { type: 'done', report: { good, units: given } };
}

/** One transaction, as large as the market takes. */
function trading(type: Trade['type'], { good, waypoint }: Deal, units: number, sight: Sight): Step {
  const { ship, offers } = sight;
  const onTheWay = (waypoint === null ? landing(sight) : towards(sight, waypoint)) ?? docked(ship);
  if (onTheWay) return onTheWay;
  if (!offers) return { type: 'look', at: 'offers' };
  const offer = offers.find((each) => each.good === good);
  if (!offer) return { type: 'blocked', why: `${good} is not traded at ${placeOf(ship)}` };
  return act({ type, good, units: Math.min(units, offer.tradeVolume) });
}
