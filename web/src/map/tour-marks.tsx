import type { ReactNode } from 'react';
import type { Tour } from '../api/types.js';
import type { Place } from './places.js';

/** Hues by Okabe and Ito, each with a dash of its own; a tour keeps its look while its container lives. */
export const looks = 7;
export const lookOf = (tour: Tour, all: readonly Tour[]): number =>
  all.findIndex(({ container }) => container === tour.container) % looks;

interface TourLinesProps {
  readonly tour: Tour;
  readonly look: number;
  readonly places: ReadonlyMap<string, Place>;
  readonly nextStop: string | undefined;
}

/** The closed course of a tour with its direction, and its stops by number. A stop without a chart is flown past. */
export function TourLines({ tour, look, places, nextStop }: TourLinesProps): ReactNode {
  const stops = tour.order.flatMap((symbol, i) => {
    const at = places.get(symbol);
    return at ? [{ symbol, number: i + 1, at }] : [];
  });
  const legs = stops.flatMap(({ at, symbol }, i) => {
    const to = stops[(i + 1) % stops.length]?.at;
    return to && to !== at ? [{ symbol, from: at, to }] : [];
  });
  return (
    <g className={`tour look-${look}`} data-tour={tour.container}>
      {legs.map(({ symbol, from, to }) => (
        <g key={symbol}>
          <line x1={from.x} y1={from.y} x2={to.x} y2={to.y} />
          <path className="arrow" d="M-5 -4.5 L6 0 L-5 4.5 Z" transform={midway(from, to)} />
        </g>
      ))}
      {stops.map(({ symbol, number, at }) => (
        <g
          key={symbol}
          transform={`translate(${at.x - 13 - 4 * look} ${at.y - 12})`}
          className={stopClass(symbol, tour, nextStop)}
        >
          <circle r={6.5} />
          <text dy={3.2}>{number}</text>
        </g>
      ))}
    </g>
  );
}

function stopClass(symbol: string, { visited }: Tour, nextStop: string | undefined): string {
  if (symbol === nextStop) return 'stop next';
  return visited.includes(symbol) ? 'stop visited' : 'stop';
}

function midway(from: Place, to: Place): string {
  const angle = (Math.atan2(to.y - from.y, to.x - from.x) * 180) / Math.PI;
  return `translate(${(from.x + to.x) / 2} ${(from.y + to.y) / 2}) rotate(${angle})`;
}
