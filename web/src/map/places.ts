import type { Waypoint } from '../api/types.js';

/** Where a waypoint is drawn; the map's own units, its middle at 0. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/** Half of the map's side. */
export const reach = 500;
const margin = 40;
/** Up to about here the scale is nearly even; beyond it belts move closer. */
const evenUpTo = 60;
const fanRadius = 17;

/**
 * Distances from the middle are drawn by their logarithm, because planets lie within 100 and belts at 350 and more.
 * Waypoints on one point, as moons and stations have it, stand around the one they orbit.
 */
export function placesOf(waypoints: readonly Waypoint[]): ReadonlyMap<string, Place> {
  const farthest = Math.max(1, ...waypoints.map(({ x, y }) => Math.hypot(x, y)));
  const scale = (reach - margin) / Math.log1p(farthest / evenUpTo);
  const places = new Map<string, Place>();
  for (const together of groupedByPoint(waypoints)) {
    const [middle, ...around] = together.toSorted(
      (one, other) => Number(one.orbits !== null) - Number(other.orbits !== null),
    );
    if (!middle) continue;
    const from = placed(middle, scale);
    places.set(middle.symbol, from);
    const outward = Math.atan2(from.y, from.x);
    around.forEach(({ symbol }, i) => {
      const angle = outward - Math.PI / 3 + (i * 2 * Math.PI) / Math.max(around.length, 3);
      places.set(symbol, { x: from.x + fanRadius * Math.cos(angle), y: from.y + fanRadius * Math.sin(angle) });
    });
  }
  return places;
}

function groupedByPoint(waypoints: readonly Waypoint[]): Iterable<readonly Waypoint[]> {
  const groups = new Map<string, Waypoint[]>();
  for (const waypoint of waypoints) {
    const point = `${waypoint.x},${waypoint.y}`;
    groups.set(point, [...(groups.get(point) ?? []), waypoint]);
  }
  return groups.values();
}

/** The game's y grows upwards, the screen's downwards. */
function placed({ x, y }: Waypoint, scale: number): Place {
  const distance = Math.hypot(x, y);
  if (distance === 0) return { x: 0, y: 0 };
  const drawn = scale * Math.log1p(distance / evenUpTo);
  return { x: (x / distance) * drawn, y: (-y / distance) * drawn };
}

/** `X1-GZ7-A1` is A1 within its system. */
export const shortName = (waypoint: string): string => waypoint.split('-').at(-1) ?? waypoint;
