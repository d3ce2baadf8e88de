import { useEffect, useRef, type ReactNode } from 'react';
import type { Tour } from '../api/types.js';
import { whereaboutsOf, type Flight } from './flight.js';
import type { Place } from './places.js';

interface ShipMarkProps {
  readonly tour: Tour;
  readonly look: number;
  readonly flight: Flight | undefined;
  readonly places: ReadonlyMap<string, Place>;
}

const stillness = () => matchMedia('(prefers-reduced-motion: reduce)').matches;

/**
 * A ship on its leg, moved every frame by the clock between departure and arrival; where nothing tells of a leg, beside
 * the waypoint it visited last. Who wants less motion gets a step a second.
 */
export function ShipMark({ tour, look, flight, places }: ShipMarkProps): ReactNode {
  const mark = useRef<SVGGElement>(null);

  useEffect(() => {
    let frame = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const draw = () => {
      const nowMs = Date.now();
      const course = courseOf(tour, flight, places, nowMs);
      mark.current?.setAttribute('visibility', course ? 'visible' : 'hidden');
      if (!course) return;
      mark.current?.setAttribute('transform', course.transform);
      if (!course.moving) return;
      if (stillness()) timer = setTimeout(draw, 1_000);
      else frame = requestAnimationFrame(draw);
    };
    draw();
    return () => {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
    };
  }, [tour, flight, places]);

  return (
    <g ref={mark} className={`ship look-${look}`} data-on-map={tour.ship}>
      <path d="M-6 -5 L8 0 L-6 5 L-3 0 Z" />
      <text dx={11} dy={4}>
        {tour.ship}
      </text>
    </g>
  );
}

/** Ships that stand at a waypoint stand beside its mark, each tour at its own side. */
const beside = 16;

function courseOf(tour: Tour, flight: Flight | undefined, places: ReadonlyMap<string, Place>, nowMs: number) {
  const where = whereaboutsOf(tour, flight, nowMs);
  const from = where && places.get(where.from);
  const to = where && places.get(where.to);
  if (!where || !from || !to) return undefined;
  const x = from.x + (to.x - from.x) * where.share;
  const y = from.y + (to.y - from.y) * where.share;
  if (where.basis !== 'flying') return { transform: `translate(${x + 3} ${y + beside})`, moving: false };
  return { transform: `translate(${x} ${y})`, moving: true };
}
