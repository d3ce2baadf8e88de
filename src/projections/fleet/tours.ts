import type { ContainerEvent, ContainerSnapshot } from '../../domain/container/events.js';
import { tourPlanOf, type TourPlan } from '../../domain/system/tour.js';
import { table } from '../rows/table.js';
import type { Fact } from '../view.js';

/** The visits a row was made from, so that the next visit of a batch need not read them again. */
const made = Symbol('made');

export type TourRow = {
  readonly [made]?: readonly string[];
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

export const tours = table<TourRow>({
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

/** Where the scout tour of a container is; undefined when the event says nothing about one. */
export function evolveTour(row: TourRow | undefined, event: LivingEvent, fact: Fact): TourRow | undefined {
  const next = evolve(row, event);
  return next && { ...next, ...marksOf(fact, event.atMs) };
}

type LivingEvent = Exclude<ContainerEvent, { readonly type: 'ContainerRemoved' }>;

function marksOf({ revision, position }: Fact, atMs: number) {
  return { updated_at: atMs, revision: String(revision), position: String(position) };
}

function evolve(
  row: TourRow | undefined,
  event: LivingEvent,
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
      const before = row[made] ?? (JSON.parse(row.visited) as string[]);
      const visited = [...before, event.waypoint].slice(-visitsKept);
      return {
        ...row,
        [made]: visited,
        visited: JSON.stringify(visited),
        last_visit: event.waypoint,
        last_visit_at: event.atMs,
      };
    }
    case 'ContainerIterationCompleted':
      return (
        row && {
          ...row,
          [made]: [],
          visited: '[]',
          last_lap: JSON.stringify(event.visited),
          last_lap_at: event.atMs,
          laps: row.laps + 1,
        }
      );
    case 'ContainerReset':
      return row && { ...row, [made]: [], visited: '[]' };
    case 'ContainerStarting':
    case 'ContainerStarted':
    case 'ContainerProbationBegun':
    case 'ContainerProbationPassed':
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
    [made]: visited,
    visited: JSON.stringify(visited),
    last_lap: lastLap && JSON.stringify(lastLap.order),
    last_lap_at: lastLap?.completedAtMs ?? null,
    laps,
    last_visit: null as string | null,
    last_visit_at: null as number | null,
  };
}
