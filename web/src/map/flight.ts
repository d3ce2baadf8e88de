import type { StreamedEvent, Tour } from '../api/types.js';

/** A leg as the game's nav data or an effect's evidence tells it. */
export interface Flight {
  readonly origin: string;
  readonly destination: string;
  readonly departureMs: number;
  readonly arrivalMs: number;
}

type Told = Pick<StreamedEvent, 'type' | 'data'>;

/** The newest leg that these events tell of; newest first. */
export function flightIn(events: readonly Told[]): Flight | undefined {
  for (const { data } of events) {
    const flight = flightOf(data, 4);
    if (flight) return flight;
  }
  return undefined;
}

function flightOf(value: unknown, depth: number): Flight | undefined {
  if (typeof value !== 'object' || value === null || depth === 0) return undefined;
  const said = value as Readonly<Record<string, unknown>>;
  const origin = symbolOf(said['origin'] ?? said['departure']);
  const destination = symbolOf(said['destination']);
  const departureMs = momentOf(said['departureMs'] ?? said['departureTime']);
  const arrivalMs = momentOf(said['arrivalMs'] ?? said['arrival']);
  if (origin && destination && departureMs !== undefined && arrivalMs !== undefined) {
    return { origin, destination, departureMs, arrivalMs };
  }
  for (const inner of Object.values(said)) {
    const flight = flightOf(inner, depth - 1);
    if (flight) return flight;
  }
  return undefined;
}

function symbolOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'object' && value !== null && 'symbol' in value) return symbolOf(value.symbol);
  return undefined;
}

function momentOf(value: unknown): number | undefined {
  const ms = typeof value === 'string' ? Date.parse(value) : value;
  return typeof ms === 'number' && Number.isFinite(ms) ? ms : undefined;
}

export interface Whereabouts {
  readonly from: string;
  readonly to: string;
  /** 0 at `from`, 1 at `to`. */
  readonly share: number;
  readonly basis: 'flying' | 'arrived' | 'last-visit' | 'next-stop';
  readonly arrivalMs: number | null;
}

/** Where a ship is, as far as anything says it: on its leg, else where it was last seen, else where it is to begin. */
export function whereaboutsOf(tour: Tour, flight: Flight | undefined, nowMs: number): Whereabouts | undefined {
  const { lastVisit } = tour;
  if (flight && flight.departureMs >= (lastVisit?.atMs ?? 0)) {
    const share = (nowMs - flight.departureMs) / Math.max(1, flight.arrivalMs - flight.departureMs);
    const basis = share < 1 ? 'flying' : 'arrived';
    const { origin: from, destination: to, arrivalMs } = flight;
    return { from, to, share: Math.min(1, Math.max(0, share)), basis, arrivalMs };
  }
  if (lastVisit) return { ...still(lastVisit.waypoint), basis: 'last-visit' };
  const first = tour.order[0];
  return first === undefined ? undefined : { ...still(first), basis: 'next-stop' };
}

const still = (at: string) => ({ from: at, to: at, share: 1, arrivalMs: null });

/** The stop after the last visit, in the tour's order; the first one when there was none. */
export function nextStopOf({ order, lastVisit, visited }: Tour): string | undefined {
  const left = order.filter((stop) => !visited.includes(stop));
  const at = lastVisit ? order.indexOf(lastVisit.waypoint) : -1;
  const following = [...order.slice(at + 1), ...order.slice(0, at + 1)];
  return following.find((stop) => left.length === 0 || left.includes(stop));
}
