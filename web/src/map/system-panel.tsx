import { useMemo, type ReactNode } from 'react';
import { useFreshness, useHistories, useSystem, useTours } from '../api/reads.js';
import type { StreamedEvent, Tour } from '../api/types.js';
import { useFeed } from '../api/use-feed.js';
import type { Choices } from '../choices.js';
import { Panel } from '../panels/panel.js';
import { flightIn, type Flight } from './flight.js';
import { Legend } from './legend.js';
import { lastSeen } from './last-seen.js';
import { MapTable } from './map-table.js';
import { placesOf } from './places.js';
import { SystemMap } from './system-map.js';
import { TourList } from './tour-list.js';

interface SystemPanelProps {
  readonly system: string | null;
  readonly choices: Choices;
  readonly choose: (change: Partial<Choices>) => void;
}

const shipPath = ({ player, ship }: Tour) => `players/${player}/ships/${ship}`;
const containerPath = ({ container }: Tour) => `containers/${container}`;
const streamOf = ({ player, ship }: Tour) => `ship-${player}.${ship}`;

/** One system: the map, its twin in words, and the tours flown there. */
export function SystemPanel({ system, choices, choose }: SystemPanelProps): ReactNode {
  const chart = useSystem(system);
  const toured = useTours(system);
  const scanned = useFreshness(system);
  const tours = useMemo(() => toured.data?.tours ?? [], [toured.data]);
  const histories = useHistories(tours.flatMap((tour) => [shipPath(tour), containerPath(tour)]));
  const { events } = useFeed();
  const waypoints = useMemo(() => chart.data?.system.waypoints ?? [], [chart.data]);
  const places = useMemo(() => placesOf(waypoints), [waypoints]);
  const seen = lastSeen(tours, scanned.data?.freshness ?? [], [
    ...events,
    ...tours.flatMap((tour) => histories.data?.get(containerPath(tour))?.events ?? []),
  ]);
  const flights = new Map<string, Flight>();
  for (const tour of tours) {
    const live = events.filter(({ stream }: StreamedEvent) => stream === streamOf(tour));
    const flight = flightIn([...live, ...(histories.data?.get(shipPath(tour))?.events ?? [])]);
    if (flight) flights.set(tour.container, flight);
  }
  const visible = tours.filter(({ container }) => !choices.hidden.includes(container));
  const select = (waypoint: string | null) => choose({ waypoint });
  const shared = { waypoints, seen, selected: choices.waypoint, select };

  return (
    <Panel id="map" title={system === null ? 'Map' : `System ${system}`} reads={[chart, toured, scanned]}>
      {system === null && <p className="empty">No system is charted yet: holdfast universe import CHART.json</p>}
      <div className="map-and-tours">
        <SystemMap {...shared} places={places} tours={visible} allTours={tours} flights={flights} />
        <div className="beside">
          <TourList {...{ tours, flights, choices, choose }} />
          <Legend waypoints={waypoints} />
        </div>
      </div>
      <MapTable {...shared} tours={tours} flights={flights} />
    </Panel>
  );
}
