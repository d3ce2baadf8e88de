import type { JsonObject } from '../../../domain/kernel/json.js';
import type { ShipInSight } from '../../../domain/operations/sight.js';
import type { Action } from '../../../domain/operations/step.js';
import type { CallOptions, Game, GameTransaction, ShipNav } from '../../ports/game.js';

export interface ActionDone {
  /** What the answer says of the ship. */
  readonly change: Partial<ShipInSight>;
  readonly evidence: JsonObject;
}

/** Makes one change of the game, as the game names it. Rejects as the port does. */
export async function carryOut(game: Game, ship: string, action: Action, options: CallOptions): Promise<ActionDone> {
  switch (action.type) {
    case 'orbit':
      return moved(await game.orbit(ship, options));
    case 'dock':
      return moved(await game.dock(ship, options));
    case 'flight-mode':
      return moved(await game.setFlightMode(ship, action.mode, options));
    case 'navigate': {
      const { nav, fuel } = await game.navigate(ship, action.to, options);
      const { origin, destination, departureMs, arrivalMs } = nav;
      const leg = { origin: origin.symbol, destination: destination.symbol, departureMs, arrivalMs };
      return { change: { nav, fuel }, evidence: { ...leg, fuel: fuel.current } };
    }
    case 'refuel': {
      const { fuel, credits, transaction } = await game.refuel(ship, undefined, options);
      return {
        change: { fuel },
        evidence: { fuel: fuel.current, credits, transaction: transactionEvidence(transaction) },
      };
    }
    case 'purchase':
    case 'sell': {
      const { cargo, credits, transaction } = await game[action.type](ship, action.good, action.units, options);
      return {
        change: { cargo },
        evidence: { aboard: cargo.units, credits, transaction: transactionEvidence(transaction) },
      };
    }
    case 'jettison': {
      const cargo = await game.jettison(ship, action.good, action.units, options);
      return { change: { cargo }, evidence: { aboard: cargo.units } };
    }
    default:
      return action satisfies never;
  }
}

function moved(nav: ShipNav): ActionDone {
  const { status, waypoint, flightMode } = nav;
  return { change: { nav }, evidence: { status, waypoint, flightMode } };
}

export function transactionEvidence(made: GameTransaction): JsonObject {
  const { waypoint, good, type, units, pricePerUnit, totalPrice, atMs } = made;
  return { waypoint, good, type, units, pricePerUnit, totalPrice, atMs };
}
