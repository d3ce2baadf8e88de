import { containerStream } from '../../domain/container/container.js';
import type { ContainerEvent, ContainerSnapshot } from '../../domain/container/events.js';
import { tourPlanOf, type TourPlan } from '../../domain/system/tour.js';
import { isContainerEvent } from '../event-family.js';
import { table } from '../rows/table.js';
import { Misplaced, type Fact, type View } from '../view.js';

export type TourRow = {
  readonly container_id: string;
  readonly player_id: number;
  readonly ship_symbol: string;
  readonly system_symbol: string;
  readonly markets: string;
  readonly visited: string;
  readonly last_lap: string | null;
  readonly last_lap_at: number | null;
  readonly laps: number;
  readonly last_visit: string | null;
  readonly last_visit_at: number | null;
  readonly updated_at: number;
  readonly revision: string;
  readonly position: string;
};

export const toursTable = table<TourRow>({
  name: 'tours',
  key: ['container_id'],
  columns: {
    container_id: 'text',
    player_id: 'integer',
    ship_symbol: 'text',
    system_symbol: 'text',
    markets: 'json',
    visited: 'json',
    last_lap: 'json',
    last_lap_at: 'time',
    laps: 'bigint',
    last_visit: 'text',
    last_visit_at: 'time',
    updated_at: 'time',
    revision: 'position',
    position: 'position',
  },
});

/** A lap longer than this keeps its newest visits. */
const visitsKept = 1_000;
const prefix = 'container-';

/** Where each scout tour is: its markets, the lap in progress, and the last complete one. */
export const tours: View = {
  name: 'tours',
  streamPrefixes: [prefix],
  tables: [toursTable],

  rowsTouchedBy({ stream }) {
    return [{ table: toursTable, key: [stream.slice(prefix.length)] }];
  },

  streamOf: (_table, row) => containerStream(String(row['container_id'])),

  apply(fact, rows) {
    const { stream, event } = fact;
    if (!isContainerEvent(event)) throw new Misplaced(`${stream} holds a ${event.type}`);
    if (stream !== containerStream(event.containerId)) {
      throw new Misplaced(`${stream} holds an event of another container`);
    }
    const row = rows.get(toursTable, event.containerId);
    if (event.type === 'ContainerRemoved') {
      if (row) rows.delete(toursTable, event.containerId);
      return;
    }
    const next = evolveTour(row, event);
    if (next) rows.put(toursTable, { ...next, ...marksOf(fact, event.atMs) });
  },
};

function marksOf({ revision, position }: Fact, atMs: number) {
  return { updated_at: atMs, revision: String(revision), position: String(position) };
}

/** Undefined: the event says nothing about a tour. */
function evolveTour(
  row: TourRow | undefined,
  event: Exclude<ContainerEvent, { readonly type: 'ContainerRemoved' }>,
): Omit<TourRow, 'updated_at' | 'revision' | 'position'> | undefined {
  switch (event.type) {
    case 'ContainerCreated': {
      const plan = tourPlanOf(event);
      return plan && tourOf(event, plan, { visited: [], lastLap: null }, 0);
    }
    case 'ContainerChapterOpened': {
      const plan = tourPlanOf(event.state);
      return plan && { ...row, ...tourOf(event.state, plan, event.state.progress, row?.laps ?? event.state.iteration) };
    }
    case 'ContainerMarketVisited': {
      if (!row) return undefined;
      const visited = [...(JSON.parse(row.visited) as string[]), event.waypoint].slice(-visitsKept);
      return { ...row, visited: JSON.stringify(visited), last_visit: event.waypoint, last_visit_at: event.atMs };
    }
    case 'ContainerIterationCompleted':
      return (
        row && {
          ...row,
          visited: '[]',
          last_lap: JSON.stringify(event.visited),
          last_lap_at: event.atMs,
          laps: row.laps + 1,
        }
      );
    case 'ContainerReset':
      return row && { ...row, visited: '[]' };
    case 'ContainerStarting':
    case 'ContainerStarted':
    case 'ContainerMetadataSet':
    case 'ContainerAttemptEnded':
    case 'ContainerCompleted':
    case 'ContainerFailed':
    case 'ContainerStopRequested':
    case 'ContainerStopped':
    case 'ContainerInterrupted':
      return undefined;
    default:
      return event satisfies never;
  }
}

function tourOf(
  { containerId, player }: Pick<ContainerSnapshot, 'containerId' | 'player'>,
  { ship, system, markets }: TourPlan,
  { visited, lastLap }: ContainerSnapshot['progress'],
  laps: number,
) {
  return {
    container_id: containerId,
    player_id: player,
    ship_symbol: ship,
    system_symbol: system,
    markets: JSON.stringify(markets),
    visited: JSON.stringify(visited),
    last_lap: lastLap && JSON.stringify(lastLap.order),
    last_lap_at: lastLap?.completedAtMs ?? null,
    laps,
    last_visit: null as string | null,
    last_visit_at: null as number | null,
  };
}
