import { named } from '../catalogue/wording.js';
import { cargoUnits, isFlying, placeOf, typeOf, type Ship } from '../ships/ship.js';
import type { World } from '../state/world.js';
import { iso } from './moment.js';

export function shipView(world: World, ship: Ship, now: number) {
  const type = typeOf(ship);
  return {
    symbol: ship.symbol,
    registration: { name: ship.symbol, factionSymbol: ship.faction, role: type.role },
    nav: navView(world, ship, now),
    crew: {
      current: type.crew.required,
      ...type.crew,
      ...{ rotation: 'STRICT', morale: 100, wages: 0 },
    },
    frame: {
      ...sound(type.frame),
      ...{ moduleSlots: type.moduleSlots, mountingPoints: type.mountingPoints, fuelCapacity: type.fuelCapacity },
      requirements: { power: 1, crew: type.crew.required },
    },
    reactor: { ...sound(type.reactor), powerOutput: type.powerOutput, requirements: {} },
    engine: { ...sound(type.engine), speed: type.speed, requirements: { power: 1 } },
    cooldown: { shipSymbol: ship.symbol, totalSeconds: 0, remainingSeconds: 0 },
    modules: type.modules.map((symbol) => ({ ...named(symbol), requirements: { power: 1, crew: 0, slots: 1 } })),
    mounts: type.mounts.map((symbol) => ({ ...named(symbol), requirements: { power: 1, crew: 0 } })),
    cargo: cargoView(ship),
    fuel: fuelView(ship),
  };
}

/** What frames, reactors and engines have in common; nothing wears out here. */
const sound = (symbol: string) => ({ ...named(symbol), condition: 1, integrity: 1, quality: 1 });

export function navView(world: World, ship: Ship, now: number) {
  const { origin, destination, departure, arrival } = ship.route;
  return {
    systemSymbol: world.universe.system.symbol,
    waypointSymbol: placeOf(ship),
    route: {
      origin: routePoint(world, origin),
      destination: routePoint(world, destination),
      departureTime: iso(departure),
      arrival: iso(arrival),
    },
    status: isFlying(ship, now) ? 'IN_TRANSIT' : ship.status,
    flightMode: ship.flightMode,
  };
}

function routePoint({ universe }: World, waypoint: string) {
  const { type = '', x = 0, y = 0 } = universe.waypoints.find(({ symbol }) => symbol === waypoint) ?? {};
  return { symbol: waypoint, type, systemSymbol: universe.system.symbol, x, y };
}

export function cargoView(ship: Ship) {
  return {
    capacity: typeOf(ship).cargoCapacity,
    units: cargoUnits(ship),
    inventory: Object.entries(ship.cargo).map(([symbol, units]) => ({ ...named(symbol), units })),
  };
}

export function fuelView(ship: Ship) {
  const { amount, at } = ship.consumed;
  return { current: ship.fuel, capacity: typeOf(ship).fuelCapacity, consumed: { amount, timestamp: iso(at) } };
}
