import type { Known } from './known.js';
import * as scoutTour from './scout-tour.js';
import type { Sight } from './sight.js';
import type { Step } from './step.js';
import { nextOfJettison, nextOfPurchase, nextOfSell, type Deal, type Lot, type Purchase } from './trades.js';
import { nextOfDock, nextOfNavigate, nextOfOrbit, nextOfRefuel, type Navigate, type Refuel } from './voyages.js';

/** What a container was told to do with its ship, once per iteration. */
export type Operation =
  | ({ readonly type: 'navigate' } & Navigate)
  | { readonly type: 'dock' }
  | { readonly type: 'orbit' }
  | ({ readonly type: 'refuel' } & Refuel)
  | ({ readonly type: 'jettison' } & Lot)
  | ({ readonly type: 'purchase' } & Purchase)
  | ({ readonly type: 'sell' } & Deal)
  | ({ readonly type: 'scout-tour' } & scoutTour.ScoutTour);

/** What is told beside the type. */
export type ParametersOf<Type extends Operation['type']> = Omit<Extract<Operation, { readonly type: Type }>, 'type'>;

/** The places that it names, beside where the ship is. */
export function placesOf(operation: Operation): readonly string[] {
  switch (operation.type) {
    case 'navigate':
      return [operation.destination];
    case 'refuel':
    case 'purchase':
    case 'sell':
      return operation.waypoint === null ? [] : [operation.waypoint];
    case 'scout-tour':
      return operation.markets;
    default:
      return [];
  }
}

/**
 * The next step of the iteration in hand, from what the log knows and the game shows, and nothing else: whoever asks
 * again after a crash is told to go on.
 */
export function nextStep(operation: Operation, known: Known, sight: Sight): Step {
  switch (operation.type) {
    case 'navigate':
      return nextOfNavigate(operation, sight);
    case 'dock':
      return nextOfDock(sight);
    case 'orbit':
      return nextOfOrbit(sight);
    case 'refuel':
      return nextOfRefuel(operation, sight);
    case 'jettison':
      return nextOfJettison(operation, known, sight);
    case 'purchase':
      return nextOfPurchase(operation, known, sight);
    case 'sell':
      return nextOfSell(operation, known, sight);
    case 'scout-tour':
      return scoutTour.nextStep(operation, known, sight);
    default:
      return operation satisfies never;
  }
}
