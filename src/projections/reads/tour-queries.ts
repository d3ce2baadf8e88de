import { Inject } from '@nestjs/common';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { Connection } from '../../application/ports/views.js';
import { ListTours, type Tour, type UnknownSystem } from '../../application/queries/tours.js';
import type { NotThereYet, ViewAnswer } from '../../application/queries/view-answer.js';
import { liveStatuses } from '../../domain/container/container.js';
import type { ContainerStatus } from '../../domain/container/events.js';
import type { SystemChart } from '../../domain/system/system.js';
import { tourDistance, tourOrder } from '../../domain/system/tour.js';
import { fleet } from '../fleet/fleet.js';
import { fromJsonCell } from '../rows/json-cell.js';
import { columnList, rowFrom } from '../rows/table-sql.js';
import { chartOf, systemGraphs, systems } from '../systems/systems.js';
import { tours, type TourRow } from '../fleet/tours.js';
import { selectRows, Where } from './select.js';
import { ViewReader } from './view-reader.js';

interface Custody {
  readonly status: string;
  readonly attempt: string;
  readonly held_token: string;
  readonly assigned_at: Date;
}

@QueryHandler(ListTours)
export class ListToursHandler implements IQueryHandler<ListTours> {
  constructor(@Inject(ViewReader) private readonly reader: ViewReader) {}

  async execute({ ask }: ListTours): Promise<ViewAnswer<readonly Tour[]> | UnknownSystem | NotThereYet> {
    const answer = await this.reader.answer([fleet, systems], ask, async (connection) => {
      const where = new Where().and('system_symbol = ?', ask.system);
      const [graph] = await selectRows(connection, systemGraphs, where);
      return graph && toursIn(connection, chartOf(graph), ask.player);
    });
    if (answer.type === 'NotThereYet') return answer;
    const { value } = answer;
    return value ? { ...answer, value } : { type: 'UnknownSystem', system: ask.system };
  }
}

/** A tour is shown while its container is live and holds the tour's ship: neither alone is a tour. */
async function toursIn(
  connection: Connection,
  chart: SystemChart,
  player: number | undefined,
): Promise<readonly Tour[]> {
  const where = new Where()
    .and('t.system_symbol = ?', chart.symbol)
    .and('c.status = ANY(?)', liveStatuses)
    .and('t.player_id = ?', player);
  const found = await connection.query<Custody & Record<string, unknown>>(
    `SELECT ${columnList(tours, 't.')}, c.status, c.attempt, a.token AS held_token, a.assigned_at
     FROM tours t
     JOIN containers c ON c.container_id = t.container_id
     JOIN ship_assignments a
       ON a.container_id = t.container_id AND a.player_id = t.player_id AND a.ship_symbol = t.ship_symbol
     ${where.sql} ORDER BY t.container_id`,
    where.parameters,
  );
  return found.map((stored) => tourFrom(rowFrom(tours, stored), stored, chart));
}

function tourFrom(row: TourRow, custody: Custody, { waypoints }: SystemChart): Tour {
  const markets = JSON.parse(row.markets) as string[];
  const lastLap = fromJsonCell<string[]>(row.last_lap);
  const { order, algorithm } = tourOrder(markets, lastLap);
  return {
    system: row.system_symbol,
    containerId: row.container_id,
    player: row.player_id,
    ship: row.ship_symbol,
    status: custody.status as ContainerStatus,
    attempt: Number(custody.attempt),
    token: Number(custody.held_token),
    assignedAtMs: custody.assigned_at.getTime(),
    markets,
    order,
    algorithm,
    totalDistance: tourDistance(order, waypoints),
    visited: JSON.parse(row.visited) as string[],
    laps: row.laps,
    lastLapAtMs: row.last_lap_at,
    lastVisit:
      row.last_visit === null || row.last_visit_at === null
        ? null
        : { waypoint: row.last_visit, atMs: row.last_visit_at },
  };
}
