export const flightModes = ['DRIFT', 'STEALTH', 'CRUISE', 'BURN'] as const;
/** From the slowest to the fastest. */
export type FlightMode = (typeof flightModes)[number];

export interface Point {
  readonly x: number;
  readonly y: number;
}

const multiplier: Readonly<Record<FlightMode, number>> = { CRUISE: 25, BURN: 12.5, DRIFT: 250, STEALTH: 30 };

export function distance(from: Point, to: Point): number {
  return Math.hypot(to.x - from.x, to.y - from.y);
}

/** In seconds of the game. */
export function travelSeconds(apart: number, mode: FlightMode, speed: number): number {
  return Math.round((Math.round(Math.max(1, apart)) * multiplier[mode]) / speed + 15);
}

/** In units of the tank; ships without a tank need none. */
export function fuelFor(apart: number, mode: FlightMode, fuelCapacity: number): number {
  if (fuelCapacity === 0) return 0;
  switch (mode) {
    case 'DRIFT':
      return 1;
    case 'BURN':
      return Math.max(2, 2 * Math.round(apart));
    case 'CRUISE':
    case 'STEALTH':
      return Math.max(1, Math.round(apart));
  }
}
