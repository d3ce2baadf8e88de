import { marketAt } from '../market/market.js';
import type { Listing } from '../market/listing.js';
import type { Waypoint } from '../model/universe.js';
import { cargoUnits, isFlying, placeOf, typeOf, type Ship } from '../ships/ship.js';
import type { Agent } from '../state/state.js';
import type { World } from '../state/world.js';
import { iso } from '../views/moment.js';
import type { Act } from './outcome.js';
import { Refusal } from './refusal.js';

export function shipOf({ world, agent }: Pick<Act, 'world' | 'agent'>, symbol: string): Ship {
  const ship = world.state.ships.get(symbol);
  if (ship?.agent !== agent.symbol)
    throw new Refusal(404, 404, `Ship ${symbol} does not exist.`, { shipSymbol: symbol });
  return ship;
}

export function waypointAt(world: World, symbol: string): Waypoint | undefined {
  return world.universe.waypoints.find((each) => each.symbol === symbol);
}

/** Where a ship is; for what cannot be done in flight. */
export function arrived(ship: Ship, now: number): string {
  if (!isFlying(ship, now)) return placeOf(ship);
  const { origin, destination, departure, arrival } = ship.route;
  const secondsToArrival = Math.ceil((arrival - now) / 1000);
  throw new Refusal(400, 4214, `Ship is in transit from ${origin} to ${destination} for ${secondsToArrival} s.`, {
    ...{ departureSymbol: origin, destinationSymbol: destination },
    ...{ departureTime: iso(departure), arrival: iso(arrival), secondsToArrival },
  });
}

export function docked(ship: Ship, now: number): string {
  const waypointSymbol = arrived(ship, now);
  if (ship.status === 'DOCKED') return waypointSymbol;
  throw new Refusal(400, 4244, `Ship has to be docked at ${waypointSymbol}.`, { waypointSymbol });
}

export function inOrbit(ship: Ship, now: number): string {
  const waypointSymbol = arrived(ship, now);
  if (ship.status === 'IN_ORBIT') return waypointSymbol;
  throw new Refusal(400, 4236, `Ship has to be in orbit of ${waypointSymbol}.`, { waypointSymbol });
}

/** The listings of a market as they are now; none where there is no market. */
export function listingsAt({ world, now }: Pick<Act, 'world' | 'now'>, waypoint: string): readonly Listing[] {
  return marketAt([...(world.state.markets.get(waypoint)?.values() ?? [])], now, world.rules);
}

export function requireRoom(ship: Ship, units: number): void {
  const { cargoCapacity } = typeOf(ship);
  const carried = cargoUnits(ship);
  if (carried + units <= cargoCapacity) return;
  throw new Refusal(400, 4217, `Cannot add ${units} units to ${carried}: the hold takes ${cargoCapacity}.`, {
    ...{ shipSymbol: ship.symbol, cargoCapacity, cargoUnits: carried, unitsToAdd: units },
  });
}

export function requireCargo(ship: Ship, tradeSymbol: string, units: number): void {
  const cargo = ship.cargo[tradeSymbol] ?? 0;
  if (cargo >= units) return;
  const about = { shipSymbol: ship.symbol, tradeSymbol, cargoUnits: cargo, unitsToRemove: units };
  if (cargo === 0) throw new Refusal(400, 4218, `Ship has no ${tradeSymbol}.`, about);
  throw new Refusal(400, 4219, `Ship has ${cargo} units of ${tradeSymbol}, not ${units}.`, about);
}

export interface Bill {
  readonly tradeSymbol: string;
  readonly units: number;
  readonly purchasePrice: number;
}

/** @returns the agent after paying */
export function charged(agent: Agent, { tradeSymbol, units, purchasePrice }: Bill): Agent {
  const totalPrice = units * purchasePrice;
  if (agent.credits >= totalPrice) return { ...agent, credits: agent.credits - totalPrice };
  throw new Refusal(400, 4600, `Agent has ${agent.credits} credits; ${totalPrice} are needed.`, {
    ...{ agentCredits: agent.credits, totalPrice, tradeSymbol, units, purchasePrice },
  });
}
