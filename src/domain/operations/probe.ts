import type { Obligation } from '../lease/events.js';
import { isFlying, placeOf, unitsAboard, type ShipInSight } from './sight.js';
import type { Action } from './step.js';

/** Stored with the intent: what to look at to learn whether an action happened. Kinds are added, never changed. */
export type Probe =
  | { readonly look: 'berth'; readonly docked: boolean }
  | { readonly look: 'flight-mode'; readonly mode: string }
  | { readonly look: 'route'; readonly from: string; readonly to: string }
  | { readonly look: 'fuel'; readonly before: number }
  | CargoProbe;

export interface CargoProbe {
  readonly look: 'cargo';
  readonly waypoint: string;
  readonly good: string;
  /** Units aboard before it, and after it if it happens. */
  readonly before: number;
  readonly after: number;
  /** What the ship owes because of it: a purchase, or what a sale leaves of one. */
  readonly incurs: { readonly obligationId: string; readonly units: number } | null;
  /** What it no longer owes. Fixed before the call, so that a repeat settles the same. */
  readonly settles: readonly string[];
  readonly how: 'sold' | 'jettisoned';
}

export function probeOf(
  action: Action,
  ship: ShipInSight,
  effectId: string,
  obligations: readonly Obligation[],
): Probe {
  switch (action.type) {
    case 'orbit':
      return { look: 'berth', docked: false };
    case 'dock':
      return { look: 'berth', docked: true };
    case 'flight-mode':
      return { look: 'flight-mode', mode: action.mode };
    case 'navigate':
      return { look: 'route', from: placeOf(ship), to: action.to };
    case 'refuel':
      return { look: 'fuel', before: ship.fuel.current };
    case 'purchase': {
      const { good, units } = action;
      const incurs = { obligationId: effectId, units };
      return { ...cargoOf(ship, good, units), incurs, settles: [], how: 'sold' };
    }
    case 'sell':
    case 'jettison': {
      const { good, units } = action;
      const how = action.type === 'sell' ? 'sold' : 'jettisoned';
      return { ...cargoOf(ship, good, -units), ...settling(obligations, good, units, effectId), how };
    }
    default:
      return action satisfies never;
  }
}

function cargoOf(ship: ShipInSight, good: string, change: number) {
  const before = unitsAboard(ship, good);
  return { look: 'cargo' as const, waypoint: placeOf(ship), good, before, after: before + change };
}

/** The oldest obligations first; of one that is met in part, the rest is owed anew. */
function settling(
  obligations: readonly Obligation[],
  good: string,
  units: number,
  effectId: string,
): Pick<CargoProbe, 'incurs' | 'settles'> {
  const settles: string[] = [];
  let given = units;
  for (const owed of obligations) {
    if (owed.good !== good || given <= 0) continue;
    settles.push(owed.obligationId);
    given -= owed.units;
  }
  return { settles, incurs: given < 0 ? { obligationId: effectId, units: -given } : null };
}

export type ProbeResult = 'happened' | 'not-seen' | 'ambiguous';

/** The ship is this holder's alone, so what has changed on it since the intent is what the action changed. */
export function resultOf(probe: Probe, ship: ShipInSight): ProbeResult {
  switch (probe.look) {
    case 'berth':
      return !isFlying(ship) && (ship.nav.status === 'DOCKED') === probe.docked ? 'happened' : 'not-seen';
    case 'flight-mode':
      return ship.nav.flightMode === probe.mode ? 'happened' : 'not-seen';
    case 'route':
      return placeOf(ship) === probe.to ? 'happened' : 'not-seen';
    case 'fuel':
      return ship.fuel.current > probe.before ? 'happened' : 'not-seen';
    case 'cargo': {
      const aboard = unitsAboard(ship, probe.good);
      if (aboard === probe.after) return 'happened';
      return aboard === probe.before ? 'not-seen' : 'ambiguous';
    }
    default:
      return probe satisfies never;
  }
}

/**
 * What the ship owes because of it and is not on record yet. While nobody knew of a purchase, somebody may have found its
 * cargo aboard and put that down as owed: the same cargo is never owed twice.
 */
export function stillToIncur(
  { good, incurs, settles }: CargoProbe,
  ship: Pick<ShipInSight, 'cargo'>,
  obligations: readonly Obligation[],
): CargoProbe['incurs'] {
  if (!incurs || obligations.some(({ obligationId }) => obligationId === incurs.obligationId)) return incurs;
  const onRecord = obligations
    .filter((owed) => owed.good === good && !settles.includes(owed.obligationId))
    .reduce((sum, owed) => sum + owed.units, 0);
  const units = Math.min(incurs.units, unitsAboard(ship, good) - onRecord);
  return units > 0 ? { ...incurs, units } : null;
}

/** Whether it would do harm if it came true after it was held for undone: then its deadline is waited for. */
export function mayHarmLate({ look }: Probe): boolean {
  return look !== 'berth' && look !== 'flight-mode';
}
