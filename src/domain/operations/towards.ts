import { legTowards } from './route.js';
import { isFlying, type Sight, type ShipInSight } from './sight.js';
import { act, type Step } from './step.js';

/** The game may be a moment late with an arrival that is due. */
const overdueLookMs = 1_000;

/** Waiting for the flight in hand to end; undefined when there is none. */
export function landing({ ship, nowMs }: Pick<Sight, 'ship' | 'nowMs'>): Step | undefined {
  if (!isFlying(ship)) return undefined;
  const { destination, arrivalMs } = ship.nav;
  return {
    type: 'wait',
    untilMs: Math.max(arrivalMs, nowMs + overdueLookMs),
    why: `${ship.symbol} is on its way to ${destination.symbol}`,
  };
}

/**
 * The next step of the way to a waypoint, with stops for fuel where the tank does not reach; undefined when the ship is
 * there. Ships without a tank need no chart.
 */
export function towards(sight: Sight, to: string): Step | undefined {
  const { ship, places } = sight;
  const { nav, fuel } = ship;
  const flying = landing(sight);
  if (flying) return flying;
  if (nav.waypoint === to) return undefined;
  if (fuel.capacity === 0) return leaving(ship, to);
  if (!places) return { type: 'look', at: 'places' };

  const leg = legTowards(ship, to, places);
  switch (leg.type) {
    case 'none':
      return { type: 'blocked', why: leg.why };
    case 'refuel':
      return docked(ship) ?? act({ type: 'refuel' });
    case 'fly':
      if (nav.flightMode !== leg.mode) return act({ type: 'flight-mode', mode: leg.mode });
      return leaving(ship, leg.to);
    default:
      return leg satisfies never;
  }
}

/** Undefined when the ship is docked. */
export function docked({ nav }: ShipInSight): Step | undefined {
  return nav.status === 'DOCKED' ? undefined : act({ type: 'dock' });
}

function leaving({ nav }: ShipInSight, to: string): Step {
  return nav.status === 'DOCKED' ? act({ type: 'orbit' }) : act({ type: 'navigate', to });
}
