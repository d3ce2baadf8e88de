import type { ReactNode } from 'react';
import type { Waypoint } from '../api/types.js';
import { bands } from './freshness.js';
import { typeWords, WaypointShape } from './waypoint-shape.js';

export function Legend({ waypoints }: { readonly waypoints: readonly Waypoint[] }): ReactNode {
  const types = [...new Set(waypoints.map(({ type }) => type))].toSorted();
  return (
    <section aria-labelledby="legend-title">
      <h3 id="legend-title">Legend</h3>
      <ul className="legend">
        {bands.map(({ name, word }) => (
          <li key={name}>
            <svg viewBox="-16 -16 32 32" aria-hidden="true">
              <circle className={`ring band-${name}`} r={11} />
            </svg>
            market {word}
          </li>
        ))}
        {types.map((type) => (
          <li key={type}>
            <svg viewBox="-16 -16 32 32" aria-hidden="true" className="waypoint">
              <WaypointShape type={type} />
            </svg>
            {typeWords(type)}
          </li>
        ))}
      </ul>
    </section>
  );
}
