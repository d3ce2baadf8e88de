import { arrived, inOrbit, waypointAt } from './preconditions.js';
import { isFlying, typeOf, type Ship } from '../ships/ship.js';
import { distance, flightModes, fuelFor, travelSeconds, type FlightMode, type Point } from '../ships/travel.js';
import type { World } from '../state/world.js';
import { fuelView, navView } from '../views/ship.js';
import type { Act, Outcome } from './outcome.js';
import { Refusal } from './refusal.js';

/** A flight is long enough to be seen. */
const shortestMs = 200;

function flightMs(seconds: number, timeFactor: number): number {
  return Math.max(shortestMs, Math.round((seconds * 1000) / timeFactor));
}

/** Orbits or docks; doing it again changes nothing. */
export function berth({ world, now }: Act, ship: Ship, status: Ship['status']): Outcome {
  arrived(ship, now);
  const after = { ...ship, status };
  const changes = status === ship.status ? undefined : { ships: [after] };
  return { changes, answer: () => ({ nav: navView(world, after, now) }) };
}

export function navigate(act: Act, ship: Ship, to: string): Outcome {
  const { world, now } = act;
  const from = inOrbit(ship, now);
  const destination = waypointAt(world, to);
  if (!destination) throw unknownDestination(world, to);
  if (to === from) {
    const about = { shipSymbol: ship.symbol, destinationSymbol: to };
    throw new Refusal(400, 4204, `Ship is currently located at the destination ${to}.`, about);
  }
  const apart = distance(pointOf(world, from), destination);
  const { speed, fuelCapacity } = typeOf(ship);
  const burned = fuelFor(apart, ship.flightMode, fuelCapacity);
  const arrival = now + flightMs(travelSeconds(apart, ship.flightMode, speed), world.options.timeFactor);
  const flying = {
    ...burn(ship, burned, now),
    route: { origin: from, destination: to, departure: now, arrival },
  };
  return { changes: { ships: [flying] }, answer: () => flightView(world, flying, now) };
}

/** In flight only faster: what is left of the way is flown in the new mode. */
export function changeFlightMode({ world, now }: Act, ship: Ship, mode: FlightMode): Outcome {
  let after: Ship = { ...ship, flightMode: mode };
  if (isFlying(ship, now) && mode !== ship.flightMode) {
    if (flightModes.indexOf(mode) < flightModes.indexOf(ship.flightMode)) {
      throw new Refusal(400, 4269, `Ship cannot slow down to ${mode} in transit.`, { shipSymbol: ship.symbol });
    }
    const { origin, destination, departure, arrival } = ship.route;
    const left = (arrival - now) / (arrival - departure);
    const apart = distance(pointOf(world, origin), pointOf(world, destination));
    const { speed, fuelCapacity } = typeOf(ship);
    const fuel = (of: FlightMode) => fuelFor(apart, of, fuelCapacity);
    const extra = Math.max(0, Math.round((fuel(mode) - fuel(ship.flightMode)) * left));
    const remaining = left * flightMs(travelSeconds(apart, mode, speed), world.options.timeFactor);
    after = { ...burn(after, extra, now), route: { ...ship.route, arrival: now + Math.round(remaining) } };
  }
  return { changes: { ships: [after] }, answer: () => flightView(world, after, now) };
}

const flightView = (world: World, ship: Ship, now: number) => ({
  ...{ nav: navView(world, ship, now), fuel: fuelView(ship), events: [] },
});

function burn(ship: Ship, amount: number, now: number): Ship {
  if (ship.fuel < amount) {
    const about = { shipSymbol: ship.symbol, fuelRequired: amount, fuelAvailable: ship.fuel };
    throw new Refusal(400, 4203, `Navigation needs ${amount} units of fuel; ship has ${ship.fuel}.`, about);
  }
  return { ...ship, fuel: ship.fuel - amount, consumed: { amount, at: now } };
}

function pointOf(world: World, symbol: string): Point {
  return waypointAt(world, symbol) ?? { x: 0, y: 0 };
}

function unknownDestination({ universe }: World, destinationSymbol: string): Refusal {
  const system = destinationSymbol.split('-').slice(0, 2).join('-');
  if (system !== universe.system.symbol && system.includes('-')) {
    return new Refusal(400, 4202, `${destinationSymbol} is outside the system.`, { destinationSymbol });
  }
  return new Refusal(400, 4201, `There is no waypoint ${destinationSymbol}.`, { destinationSymbol });
}
