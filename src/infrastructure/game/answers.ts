import type { z } from 'zod';
import type {
  GameAgent,
  GameMarket,
  GameShip,
  GameTransaction,
  GameWaypoint,
  ShipCargo,
  ShipNav,
} from '../../application/ports/game.js';
import type * as contract from './contract.js';

/** The game's clock less this machine's, in milliseconds. */
export type Skew = number;

export function agentOf({ symbol, headquarters, credits }: z.output<typeof contract.agent>): GameAgent {
  return { symbol, headquarters, credits };
}

export function navOf(nav: z.output<typeof contract.nav>, skew: Skew): ShipNav {
  const { systemSymbol, waypointSymbol, status, flightMode, route } = nav;
  return {
    system: systemSymbol,
    waypoint: waypointSymbol,
    status,
    flightMode,
    origin: route.origin,
    destination: route.destination,
    departureMs: route.departureTime - skew,
    arrivalMs: route.arrival - skew,
  };
}

export function cargoOf({ capacity, units, inventory }: z.output<typeof contract.cargo>): ShipCargo {
  return { capacity, units, inventory: inventory.map((held) => ({ good: held.symbol, units: held.units })) };
}

export function shipOf(ship: z.output<typeof contract.ship>, skew: Skew): GameShip {
  return {
    symbol: ship.symbol,
    role: ship.registration.role,
    frame: ship.frame.symbol,
    speed: ship.engine.speed,
    nav: navOf(ship.nav, skew),
    fuel: ship.fuel,
    cargo: cargoOf(ship.cargo),
  };
}

export function waypointOf(waypoint: z.output<typeof contract.waypoint>): GameWaypoint {
  const { symbol, type, systemSymbol, x, y, traits } = waypoint;
  return { symbol, type, system: systemSymbol, x, y, traits: (traits ?? []).map((trait) => trait.symbol) };
}

export function transactionOf(made: z.output<typeof contract.transaction>, skew: Skew): GameTransaction {
  const { waypointSymbol, shipSymbol, tradeSymbol, type, units, pricePerUnit, totalPrice, timestamp } = made;
  return {
    waypoint: waypointSymbol,
    ship: shipSymbol,
    good: tradeSymbol,
    type,
    units,
    pricePerUnit,
    totalPrice,
    atMs: timestamp - skew,
  };
}

export function marketOf(market: z.output<typeof contract.market>, skew: Skew): GameMarket {
  const symbols = (goods: readonly { readonly symbol: string }[]) => goods.map(({ symbol }) => symbol);
  return {
    waypoint: market.symbol,
    exports: symbols(market.exports),
    imports: symbols(market.imports),
    exchange: symbols(market.exchange),
    prices:
      market.tradeGoods?.map(({ symbol, activity, ...price }) => ({
        good: symbol,
        activity: activity ?? null,
        ...price,
      })) ?? null,
    transactions: (market.transactions ?? []).map((made) => transactionOf(made, skew)),
  };
}
