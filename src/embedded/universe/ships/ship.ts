import { shipTypes, type ShipType } from '../catalogue/ships.js';
import type { FlightMode } from './travel.js';

export interface Route {
  readonly origin: string;
  readonly destination: string;
  /** In ms since 1970, like `arrival`. */
  readonly departure: number;
  readonly arrival: number;
}

/** A ship as it was stored; where it is at a moment follows from its route. */
export interface Ship {
  readonly symbol: string;
  readonly agent: string;
  readonly faction: string;
  readonly type: string;
  readonly route: Route;
  /** What it does once the route is flown. */
  readonly status: 'DOCKED' | 'IN_ORBIT';
  readonly flightMode: FlightMode;
  readonly fuel: number;
  readonly consumed: { readonly amount: number; readonly at: number };
  /** Units of each good. */
  readonly cargo: Readonly<Record<string, number>>;
}

export function newShip(given: Pick<Ship, 'symbol' | 'agent' | 'faction' | 'type'>, at: string, now: number): Ship {
  return {
    ...given,
    route: { origin: at, destination: at, departure: now, arrival: now },
    status: 'DOCKED',
    flightMode: 'CRUISE',
    fuel: typeOf(given).fuelCapacity,
    consumed: { amount: 0, at: now },
    cargo: {},
  };
}

export function typeOf({ type }: Pick<Ship, 'type'>): ShipType {
  const found = shipTypes[type];
  if (!found) throw new Error(`There is no type of ship ${type}.`);
  return found;
}

export const isFlying = ({ route }: Ship, now: number): boolean => now < route.arrival;

/** Where it is, or will be once its flight ends. */
export const placeOf = ({ route }: Ship): string => route.destination;

export const isAt = (ship: Ship, waypoint: string, now: number): boolean =>
  placeOf(ship) === waypoint && !isFlying(ship, now);

export const cargoUnits = ({ cargo }: Ship): number => Object.values(cargo).reduce((sum, units) => sum + units, 0);

export function withCargo(ship: Ship, good: string, change: number): Ship {
  const units = (ship.cargo[good] ?? 0) + change;
  const { [good]: _, ...rest } = ship.cargo;
  return { ...ship, cargo: units > 0 ? { ...rest, [good]: units } : rest };
}
