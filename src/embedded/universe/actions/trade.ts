import { afterTrade } from '../market/market.js';
import type { Listing } from '../market/listing.js';
import { withCargo, type Ship } from '../ships/ship.js';
import type { Trade } from '../state/state.js';
import { agentView } from '../views/agent.js';
import { pricesAt, tradeView } from '../views/market.js';
import { iso } from '../views/moment.js';
import { cargoView } from '../views/ship.js';
import type { Act, Outcome } from './outcome.js';
import { charged, docked, listingsAt, requireCargo, requireRoom } from './preconditions.js';
import { Refusal } from './refusal.js';

export interface Lot {
  readonly symbol: string;
  readonly units: number;
}

export function purchase(act: Act, ship: Ship, { symbol, units }: Lot): Outcome {
  const waypoint = docked(ship, act.now);
  const listing = listed(act, waypoint, symbol, 4601);
  requireVolume(listing, units);
  requireRoom(ship, units);
  const { purchasePrice } = pricesAt(act.world, listing);
  const agent = charged(act.agent, { tradeSymbol: symbol, units, purchasePrice });
  const trade = tradeOf(act, ship, waypoint, { tradeSymbol: symbol, type: 'PURCHASE', units }, purchasePrice);
  return settle(act, withCargo(ship, symbol, units), agent, trade, -units);
}

export function sell(act: Act, ship: Ship, { symbol, units }: Lot): Outcome {
  const waypoint = docked(ship, act.now);
  const listing = listed(act, waypoint, symbol, 4602);
  requireCargo(ship, symbol, units);
  requireVolume(listing, units);
  const { sellPrice } = pricesAt(act.world, listing);
  const agent = { ...act.agent, credits: act.agent.credits + units * sellPrice };
  const trade = tradeOf(act, ship, waypoint, { tradeSymbol: symbol, type: 'SELL', units }, sellPrice);
  return settle(act, withCargo(ship, symbol, -units), agent, trade, units);
}

function settle(act: Act, ship: Ship, agent: Act['agent'], trade: Trade, change: number): Outcome {
  const { world, now } = act;
  const before = [...(world.state.markets.get(trade.waypointSymbol)?.values() ?? [])];
  const listings = afterTrade(before, trade.tradeSymbol, change, now, world.rules);
  return {
    changes: { ships: [ship], agents: [agent], listings, trades: [trade] },
    answer: () => ({ agent: agentView(world, agent), cargo: cargoView(ship), transaction: tradeView(trade) }),
  };
}

export function tradeOf(
  { now, agent }: Act,
  ship: Ship,
  waypointSymbol: string,
  lot: Pick<Trade, 'tradeSymbol' | 'type' | 'units'>,
  pricePerUnit: number,
): Trade {
  const { units } = lot;
  const where = { waypointSymbol, shipSymbol: ship.symbol, agent: agent.symbol };
  return { ...where, ...lot, pricePerUnit, totalPrice: units * pricePerUnit, timestamp: iso(now) };
}

/** @param otherwise the code that says this market does not deal in the good */
export function listed(act: Act, waypointSymbol: string, tradeSymbol: string, otherwise: 4601 | 4602): Listing {
  const listings = listingsAt(act, waypointSymbol);
  const listing = listings.find(({ good }) => good === tradeSymbol);
  if (listing) return listing;
  if (listings.length === 0 && !act.world.state.markets.has(waypointSymbol)) {
    throw new Refusal(400, 4603, `There is no market at ${waypointSymbol}.`, { waypointSymbol });
  }
  const verb = otherwise === 4601 ? 'sold' : 'bought';
  const about = { waypointSymbol, tradeSymbol };
  throw new Refusal(400, otherwise, `${tradeSymbol} is not ${verb} at ${waypointSymbol}.`, about);
}

function requireVolume({ market, good, tradeVolume }: Listing, units: number): void {
  if (units <= tradeVolume) return;
  throw new Refusal(400, 4604, `${good} is traded in up to ${tradeVolume} units at once, not ${units}.`, {
    ...{ waypointSymbol: market, tradeSymbol: good, units, tradeVolume },
  });
}
