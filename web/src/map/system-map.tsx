import { useRef, useState, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react';
import type { Tour, Waypoint } from '../api/types.js';
import { useNow } from '../say/now.js';
import { bandOf } from './freshness.js';
import { nextStopOf, type Flight } from './flight.js';
import { reach, shortName, type Place } from './places.js';
import { ShipMark } from './ship-marks.js';
import { lookOf, TourLines } from './tour-marks.js';
import { isMarket, typeWords, WaypointShape } from './waypoint-shape.js';

interface SystemMapProps {
  readonly waypoints: readonly Waypoint[];
  readonly places: ReadonlyMap<string, Place>;
  readonly seen: ReadonlyMap<string, number>;
  readonly tours: readonly Tour[];
  readonly allTours: readonly Tour[];
  readonly flights: ReadonlyMap<string, Flight>;
  readonly selected: string | null;
  readonly select: (waypoint: string | null) => void;
}

interface Window {
  readonly x: number;
  readonly y: number;
  readonly side: number;
}

const whole: Window = { x: -reach, y: -reach, side: 2 * reach };
const narrowest = 120;

/** The map itself. Its twin below it says the same in words, and is the way in for a screen reader. */
export function SystemMap(props: SystemMapProps): ReactNode {
  const { waypoints, places, seen, tours, allTours, flights, selected, select } = props;
  const [window, setWindow] = useState(whole);
  const dragged = useRef<{ readonly x: number; readonly y: number } | null>(null);
  const nowMs = useNow();
  const zoom = (factor: number) => setWindow((before) => zoomed(before, factor));
  const keys: Readonly<Record<string, () => void>> = {
    '+': () => zoom(0.8),
    '=': () => zoom(0.8),
    '-': () => zoom(1.25),
    '0': () => setWindow(whole),
    ArrowLeft: () => setWindow((before) => moved(before, -0.1, 0)),
    ArrowRight: () => setWindow((before) => moved(before, 0.1, 0)),
    ArrowUp: () => setWindow((before) => moved(before, 0, -0.1)),
    ArrowDown: () => setWindow((before) => moved(before, 0, 0.1)),
    Escape: () => select(null),
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };
  const onPointerMove = ({ clientX: x, clientY: y, currentTarget }: PointerEvent<SVGSVGElement>) => {
    const from = dragged.current;
    if (!from) return;
    dragged.current = { x, y };
    const size = currentTarget.clientWidth;
    setWindow((before) => moved(before, (from.x - x) / size, (from.y - y) / size));
  };
  return (
    <figure className="map">
      <svg
        viewBox={`${window.x} ${window.y} ${window.side} ${window.side}`}
        role="img"
        aria-label="Map of the system. Plus and minus zoom, arrows move, 0 shows all. The table below says the same."
        tabIndex={0}
        onKeyDown={onKeyDown}
        onPointerDown={({ clientX: x, clientY: y }) => (dragged.current = { x, y })}
        onPointerMove={onPointerMove}
        onPointerUp={() => (dragged.current = null)}
        onPointerLeave={() => (dragged.current = null)}
      >
        <circle className="star" r={5} />
        {tours.map((tour) => (
          <TourLines
            key={tour.container}
            {...{ tour, places }}
            look={lookOf(tour, allTours)}
            nextStop={nextStopOf(tour)}
          />
        ))}
        {waypoints.map((waypoint) => (
          <WaypointMark
            key={waypoint.symbol}
            waypoint={waypoint}
            at={places.get(waypoint.symbol)}
            band={isMarket(waypoint) ? bandOf(seen.get(waypoint.symbol), nowMs).name : null}
            isSelected={waypoint.symbol === selected}
            select={select}
          />
        ))}
        {tours.map((tour) => (
          <ShipMark
            key={tour.container}
            {...{ tour, places }}
            look={lookOf(tour, allTours)}
            flight={flights.get(tour.container)}
          />
        ))}
      </svg>
      <figcaption>
        <button type="button" onClick={() => zoom(0.8)} aria-label="Zoom in">
          +
        </button>
        <button type="button" onClick={() => zoom(1.25)} aria-label="Zoom out">
          −
        </button>
        <button type="button" onClick={() => setWindow(whole)}>
          All
        </button>
        <small>Distances are drawn by their logarithm.</small>
      </figcaption>
    </figure>
  );
}

interface WaypointMarkProps {
  readonly waypoint: Waypoint;
  readonly at: Place | undefined;
  /** Null: there is no market. */
  readonly band: string | null;
  readonly isSelected: boolean;
  readonly select: (waypoint: string) => void;
}

function WaypointMark({ waypoint, at, band, isSelected, select }: WaypointMarkProps): ReactNode {
  if (!at) return null;
  const { symbol, type } = waypoint;
  return (
    <g
      className={isSelected ? 'waypoint selected' : 'waypoint'}
      transform={`translate(${at.x} ${at.y})`}
      data-waypoint={symbol}
      data-type={type}
      onClick={() => select(symbol)}
    >
      <title>{`${symbol}, ${typeWords(type)}`}</title>
      {band !== null && <circle className={`ring band-${band}`} r={11} />}
      {isSelected && <circle className="selection" r={16} />}
      <WaypointShape type={type} />
      {(band !== null || isSelected) && (
        <text className="name" dy={21}>
          {shortName(symbol)}
        </text>
      )}
    </g>
  );
}

function zoomed({ x, y, side }: Window, factor: number): Window {
  const next = Math.min(2 * reach, Math.max(narrowest, side * factor));
  return { x: x + (side - next) / 2, y: y + (side - next) / 2, side: next };
}

function moved({ x, y, side }: Window, right: number, down: number): Window {
  const within = (at: number) => Math.max(-reach - side / 2, Math.min(reach - side / 2, at));
  return { x: within(x + right * side), y: within(y + down * side), side };
}
