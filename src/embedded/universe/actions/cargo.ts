import { placeOf, withCargo, type Ship } from '../ships/ship.js';
import { constructionView } from '../views/places.js';
import { cargoView } from '../views/ship.js';
import type { Act, Outcome } from './outcome.js';
import { arrived, docked, requireCargo, requireRoom } from './preconditions.js';
import { Refusal } from './refusal.js';
import type { Lot } from './trade.js';

export function jettison({ now }: Act, ship: Ship, { symbol, units }: Lot): Outcome {
  arrived(ship, now);
  requireCargo(ship, symbol, units);
  const after = withCargo(ship, symbol, -units);
  return { changes: { ships: [after] }, answer: () => ({ cargo: cargoView(after) }) };
}

export interface Transfer {
  readonly tradeSymbol: string;
  readonly units: number;
  /** Who receives. */
  readonly shipSymbol: string;
}

export function transfer(
  { world, agent, now }: Act,
  ship: Ship,
  { tradeSymbol, units, shipSymbol }: Transfer,
): Outcome {
  const receiver = world.state.ships.get(shipSymbol);
  const about = { shipSymbol: ship.symbol, targetShipSymbol: shipSymbol };
  if (!receiver) throw new Refusal(400, 4231, `Ship ${shipSymbol} does not exist.`, about);
  if (receiver.agent !== agent.symbol) throw new Refusal(400, 4232, `Ship ${shipSymbol} is another agent's.`, about);
  if (receiver.symbol === ship.symbol) throw new Refusal(400, 4233, 'A ship cannot give to itself.', about);
  const here = arrived(ship, now);
  arrived(receiver, now);
  if (placeOf(receiver) !== here) throw new Refusal(400, 4234, `Ship ${shipSymbol} is not at ${here}.`, about);
  if (receiver.status !== ship.status) {
    throw new Refusal(400, 4271, 'Both ships have to be docked, or both in orbit.', about);
  }
  requireCargo(ship, tradeSymbol, units);
  requireRoom(receiver, units);
  const after = withCargo(ship, tradeSymbol, -units);
  const received = withCargo(receiver, tradeSymbol, units);
  return {
    changes: { ships: [after, received] },
    answer: () => ({ cargo: cargoView(after), targetCargo: cargoView(received) }),
  };
}

export interface Delivery {
  readonly tradeSymbol: string;
  readonly units: number;
}

export function supplyConstruction(act: Act, ship: Ship, waypoint: string, { tradeSymbol, units }: Delivery): Outcome {
  const { world, now } = act;
  const about = { waypointSymbol: waypoint, shipSymbol: ship.symbol, tradeSymbol };
  if (arrived(ship, now) !== waypoint) throw new Refusal(400, 4802, `Ship is not at ${waypoint}.`, about);
  docked(ship, now);
  const site = world.state.sites.get(waypoint);
  const material = site?.materials.find((each) => each.tradeSymbol === tradeSymbol);
  if (!site || !material) throw new Refusal(400, 4800, `${tradeSymbol} is not needed at ${waypoint}.`, about);
  const open = material.required - material.fulfilled;
  if (open < units) throw new Refusal(400, 4801, `${waypoint} needs ${open} more units of ${tradeSymbol}.`, about);
  requireCargo(ship, tradeSymbol, units);
  const after = withCargo(ship, tradeSymbol, -units);
  const materials = site.materials.map((each) =>
    each === material ? { ...each, fulfilled: each.fulfilled + units } : each,
  );
  return {
    changes: { ships: [after], sites: [{ ...site, materials }] },
    answer: () => ({ construction: constructionView(world, waypoint), cargo: cargoView(after) }),
  };
}
