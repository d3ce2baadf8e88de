import { placeOf, type Sight } from './sight.js';
import { act, type Step } from './step.js';
import { docked, landing, towards } from './towards.js';

export interface Navigate {
  readonly destination: string;
}

export function nextOfNavigate({ destination }: Navigate, sight: Sight): Step {
  return towards(sight, destination) ?? { type: 'done', report: { at: destination } };
}

export function nextOfDock(sight: Sight): Step {
  return landing(sight) ?? docked(sight.ship) ?? { type: 'done', report: { at: placeOf(sight.ship) } };
}

export function nextOfOrbit(sight: Sight): Step {
  const flying = landing(sight);
  if (flying) return flying;
  const { ship } = sight;
  return ship.nav.status === 'DOCKED' ? act({ type: 'orbit' }) : { type: 'done', report: { at: placeOf(ship) } };
}

export interface Refuel {
  /** Where; null: where it is. */
  readonly waypoint: string | null;
}

export function nextOfRefuel({ waypoint }: Refuel, sight: Sight): Step {
  const { fuel } = sight.ship;
  const going = waypoint === null ? landing(sight) : towards(sight, waypoint);
  if (going) return going;
  if (fuel.current >= fuel.capacity) return { type: 'done', report: { fuel: fuel.current } };
  return docked(sight.ship) ?? act({ type: 'refuel' });
}
