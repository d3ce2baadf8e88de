import { Inject } from '@nestjs/common';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { Clock } from '../../application/ports/clock.js';
import type { EventStore } from '../../application/ports/event-store.js';
import { CLOCK, EVENT_STORE } from '../../application/ports/tokens.js';
import type { Connection } from '../../application/ports/views.js';
import {
  FindAssignments,
  ListAssignments,
  SummariseOperations,
  type Assignment,
  type AssignmentFilter,
  type AssignmentKey,
  type AssignmentStatus,
  type OperationCount,
} from '../../application/queries/assignments.js';
import type { NotThereYet, Page, ViewAnswer } from '../../application/queries/view-answer.js';
import { unknownShip } from '../../domain/lease/reasons.js';
import { leaseStream, resource } from '../../domain/lease/resource.js';
import { fleet } from '../fleet/fleet.js';
import { shipAssignments } from '../fleet/ship-assignments.js';
import { FleetAsOf } from './fleet-as-of.js';
import { withContainers } from './fleet-rows.js';
import { limitOf, pageOf, selectRows, Where } from './select.js';
import { ViewReader } from './view-reader.js';

const held: readonly AssignmentStatus[] = ['active', 'reserved'];
/** A name that a refused flight left behind is none of the fleet's. */
const isKnownShip = `(status <> 'idle' OR previous_detail IS DISTINCT FROM ?)`;
const keyOf = ({ player, ship }: Assignment): AssignmentKey => ({ player, ship });

@QueryHandler(ListAssignments)
export class ListAssignmentsHandler implements IQueryHandler<ListAssignments> {
  constructor(
    @Inject(ViewReader) private readonly reader: ViewReader,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute({ ask }: ListAssignments): Promise<ViewAnswer<Page<Assignment, AssignmentKey>> | NotThereYet> {
    const limit = limitOf(ask);
    const { player, statuses = held, containerId, operation, after, asOf } = ask;
    if (asOf) {
      const then = await FleetAsOf.at(asOf, this.store, this.clock);
      await then.foldAll();
      const rows = then.assignments().filter((each) => isWanted(each, ask) && (!after || isAfter(each, after)));
      return then.answer(pageOf(rows, limit, keyOf));
    }
    return this.reader.answer([fleet], ask, async (connection) => {
      const where = new Where()
        .and('status = ANY(?)', statuses)
        .and('player_id = ?', player)
        .and('container_id = ?', containerId)
        .and('operation = ?', operation)
        .and(isKnownShip, unknownShip)
        .and('(player_id, ship_symbol) > (?::integer, ?)', after?.player, after?.ship);
      const rows = await selectRows(connection, shipAssignments, where, limit + 1);
      return pageOf(await withContainers(connection, rows), limit, keyOf);
    });
  }
}

function isWanted(each: Assignment, { player, statuses = held, containerId, operation }: AssignmentFilter): boolean {
  return (
    statuses.includes(each.status) &&
    (each.status !== 'idle' || each.previous?.detail !== unknownShip) &&
    (player === undefined || each.player === player) &&
    (containerId === undefined || each.containerId === containerId) &&
    (operation === undefined || each.operation === operation)
  );
}

function isAfter(each: Assignment, after: AssignmentKey): boolean {
  if (each.player !== after.player) return each.player > after.player;
  return Buffer.compare(Buffer.from(each.ship), Buffer.from(after.ship)) > 0;
}

@QueryHandler(FindAssignments)
export class FindAssignmentsHandler implements IQueryHandler<FindAssignments> {
  constructor(
    @Inject(ViewReader) private readonly reader: ViewReader,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute({ ask }: FindAssignments): Promise<ViewAnswer<readonly Assignment[]> | NotThereYet> {
    const now = await this.reader.answer([fleet], ask, async (connection) =>
      withContainers(connection, await selectRows(connection, shipAssignments, whereShip(ask))),
    );
    if (!ask.asOf || now.type === 'NotThereYet') return now;
    const then = await FleetAsOf.at(ask.asOf, this.store, this.clock);
    await then.foldShips(now.value.map(({ player, ship }) => leaseStream(resource('ship', String(player), ship))));
    return then.answer(then.assignments());
  }
}

function whereShip({ ship, player }: FindAssignments['ask']): Where {
  return new Where().and('ship_symbol = ?', ship).and('player_id = ?', player);
}

@QueryHandler(SummariseOperations)
export class SummariseOperationsHandler implements IQueryHandler<SummariseOperations> {
  constructor(@Inject(ViewReader) private readonly reader: ViewReader) {}

  execute({ ask }: SummariseOperations): Promise<ViewAnswer<readonly OperationCount[]> | NotThereYet> {
    return this.reader.answer([fleet], ask, (connection) => counts(connection, ask.player));
  }
}

async function counts(connection: Connection, player: number | undefined): Promise<readonly OperationCount[]> {
  const where = new Where().and('player_id = ?', player).and(isKnownShip, unknownShip);
  const found = await connection.query<{ operation: string; status: AssignmentStatus; count: string }>(
    `SELECT COALESCE(operation, '') AS operation, status, count(*) AS count FROM ship_assignments ${where.sql}
     GROUP BY 1, 2 ORDER BY 1, 2`,
    where.parameters,
  );
  return found.map(({ operation, status, count }) => ({ operation, status, count: Number(count) }));
}
