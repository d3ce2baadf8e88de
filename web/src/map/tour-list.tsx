import type { ReactNode } from 'react';
import type { Tour } from '../api/types.js';
import type { Choices } from '../choices.js';
import { lengthOf } from '../say/moments.js';
import { Ago, useNow } from '../say/now.js';
import { nextStopOf, whereaboutsOf, type Flight } from './flight.js';
import { shortName } from './places.js';
import { lookOf } from './tour-marks.js';

interface TourListProps {
  readonly tours: readonly Tour[];
  readonly flights: ReadonlyMap<string, Flight>;
  readonly choices: Choices;
  readonly choose: (change: Partial<Choices>) => void;
}

export function TourList({ tours, flights, choices: { hidden }, choose }: TourListProps): ReactNode {
  const shown = tours.filter(({ container }) => !hidden.includes(container)).length;
  const show = (container: string, visible: boolean) =>
    choose({ hidden: visible ? hidden.filter((each) => each !== container) : [...hidden, container] });
  return (
    <section aria-labelledby="tours-title">
      <h3 id="tours-title">
        Tours <small>{tours.length === 0 ? 'no scout tour is flown here' : `${shown} of ${tours.length} shown`}</small>
      </h3>
      <ul className="tours">
        {tours.map((tour) => (
          <li key={tour.container} data-tour-of={tour.ship}>
            <label>
              <input
                type="checkbox"
                checked={!hidden.includes(tour.container)}
                onChange={({ target }) => show(tour.container, target.checked)}
              />
              <svg className="swatch" viewBox="0 0 36 10" aria-hidden="true">
                <g className={`tour look-${lookOf(tour, tours)}`}>
                  <line x1={1} y1={5} x2={35} y2={5} />
                </g>
              </svg>
              <strong>{tour.ship}</strong>
            </label>
            <TourWords tour={tour} flight={flights.get(tour.container)} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function TourWords({ tour, flight }: { readonly tour: Tour; readonly flight: Flight | undefined }): ReactNode {
  const nowMs = useNow();
  const { status, order, visited, laps, attempt, totalDistance, lastVisit } = tour;
  const where = whereaboutsOf(tour, flight, nowMs);
  const next = nextStopOf(tour);
  return (
    <p className="tour-words">
      {status !== 'RUNNING' && (
        <>
          <strong className="mood-doubt">▲ {status.toLowerCase()}</strong> ·{' '}
        </>
      )}
      {order.map(shortName).join(' → ')}
      {order.length > 1 && ` → ${shortName(order[0] ?? '')}`}
      <br />
      {visited.length} of {order.length} in lap {laps + 1} · next {next === undefined ? '–' : shortName(next)} · closed
      distance {totalDistance}
      {attempt > 1 && ` · attempt ${attempt}`}
      <br />
      {where?.basis === 'flying' && where.arrivalMs !== null
        ? `flying ${shortName(where.from)} → ${shortName(where.to)}, ${lengthOf(where.arrivalMs - nowMs)} left`
        : lastVisit && (
            <>
              last visit {shortName(lastVisit.waypoint)}, <Ago atMs={lastVisit.atMs} />
            </>
          )}
      {!where && 'nothing tells where it is'}
      {where?.basis === 'next-stop' && 'not seen yet; drawn where it begins'}
    </p>
  );
}
