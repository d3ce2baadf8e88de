import type { ReactNode } from 'react';
import type { Tour, Waypoint } from '../api/types.js';
import { Ago, useNow } from '../say/now.js';
import { whereaboutsOf, type Flight } from './flight.js';
import { bandOf } from './freshness.js';
import { isMarket, typeWords } from './waypoint-shape.js';

interface MapTableProps {
  readonly waypoints: readonly Waypoint[];
  readonly seen: ReadonlyMap<string, number>;
  readonly tours: readonly Tour[];
  readonly flights: ReadonlyMap<string, Flight>;
  readonly selected: string | null;
  readonly select: (waypoint: string | null) => void;
}

/** Everything the map shows, in words: markets first, the one that was not looked at for longest on top. */
export function MapTable({ waypoints, seen, tours, flights, selected, select }: MapTableProps): ReactNode {
  const nowMs = useNow();
  const sorted = waypoints.toSorted(
    (one, other) =>
      Number(isMarket(other)) - Number(isMarket(one)) ||
      (seen.get(one.symbol) ?? 0) - (seen.get(other.symbol) ?? 0) ||
      (one.symbol < other.symbol ? -1 : 1),
  );
  return (
    <details className="twin">
      <summary>The map as a table ({waypoints.length} waypoints)</summary>
      <div className="scroll" tabIndex={0} role="region" aria-label="Waypoints, scrollable">
        <table>
          <thead>
            <tr>
              <th scope="col">Waypoint</th>
              <th scope="col">Type</th>
              <th scope="col">At</th>
              <th scope="col">Market looked at</th>
              <th scope="col">Tours stop here</th>
              <th scope="col">Ships here</th>
            </tr>
          </thead>
          <tbody>
            {sorted.map((waypoint) => (
              <tr key={waypoint.symbol} className={waypoint.symbol === selected ? 'selected' : undefined}>
                <th scope="row">
                  <button
                    type="button"
                    aria-pressed={waypoint.symbol === selected}
                    onClick={() => select(waypoint.symbol === selected ? null : waypoint.symbol)}
                  >
                    {waypoint.symbol}
                  </button>
                </th>
                <td>{typeWords(waypoint.type)}</td>
                <td className="number">
                  {waypoint.x}, {waypoint.y}
                </td>
                <td>{isMarket(waypoint) ? <Looked atMs={seen.get(waypoint.symbol)} nowMs={nowMs} /> : 'no market'}</td>
                <td>{stopsAt(waypoint.symbol, tours)}</td>
                <td>{shipsAt(waypoint.symbol, tours, flights, nowMs)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

function Looked({ atMs, nowMs }: { readonly atMs: number | undefined; readonly nowMs: number }): ReactNode {
  const { word } = bandOf(atMs, nowMs);
  if (atMs === undefined) return word;
  return (
    <>
      <Ago atMs={atMs} /> ({word})
    </>
  );
}

function stopsAt(symbol: string, tours: readonly Tour[]): string {
  const stops = tours.flatMap(({ ship, order }) => {
    const at = order.indexOf(symbol);
    return at < 0 ? [] : [`${ship} (${at + 1} of ${order.length})`];
  });
  return stops.join(', ') || '–';
}

function shipsAt(symbol: string, tours: readonly Tour[], flights: ReadonlyMap<string, Flight>, nowMs: number): string {
  const ships = tours.flatMap((tour) => {
    const where = whereaboutsOf(tour, flights.get(tour.container), nowMs);
    if (where?.to !== symbol) return [];
    return where.basis === 'flying' ? [`${tour.ship} on its way from ${where.from}`] : [tour.ship];
  });
  return ships.join(', ') || '–';
}
