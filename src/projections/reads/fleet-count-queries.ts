import { Inject } from '@nestjs/common';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { Clock } from '../../application/ports/clock.js';
import { CLOCK } from '../../application/ports/tokens.js';
import type { Connection } from '../../application/ports/views.js';
import { CountFleet, type FleetCounts } from '../../application/queries/fleet-counts.js';
import type { NotThereYet, ViewAnswer } from '../../application/queries/view-answer.js';
import type { ContainerStatus } from '../../domain/container/events.js';
import { fleet } from '../fleet/fleet.js';
import { locks } from '../locks/locks.js';
import { ViewReader } from './view-reader.js';

@QueryHandler(CountFleet)
export class CountFleetHandler implements IQueryHandler<CountFleet> {
  constructor(
    @Inject(ViewReader) private readonly reader: ViewReader,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  execute(): Promise<ViewAnswer<FleetCounts> | NotThereYet> {
    return this.reader.answer([fleet, locks], {}, async (connection) => {
      const { leases, ...counts } = await countShips(connection, this.clock.nowMs());
      const containers = await countContainers(connection);
      return { leases: [...leases, ...(await countLocks(connection))], ...counts, containers };
    });
  }
}

interface ShipCounts {
  readonly active: string;
  readonly reserved: string;
  readonly oldest: Date | null;
  readonly effects: string;
  readonly overdue: string;
  readonly obligations: string;
}

async function countShips(connection: Connection, nowMs: number): Promise<Omit<FleetCounts, 'containers'>> {
  const [found] = await connection.query<ShipCounts>(
    `SELECT count(*) FILTER (WHERE status = 'active') AS active, count(*) FILTER (WHERE status = 'reserved') AS reserved,
       min(assigned_at) FILTER (WHERE status = 'active') AS oldest,
       COALESCE(sum(json_array_length(effects::json)) FILTER (WHERE effects <> '[]'), 0) AS effects,
       COALESCE(sum(json_array_length(obligations::json)) FILTER (WHERE obligations <> '[]'), 0) AS obligations,
       (SELECT count(*) FROM ship_assignments s, json_array_elements(s.effects::json) e
        WHERE s.effects <> '[]' AND (e->>'deadlineMs')::double precision < $1) AS overdue
     FROM ship_assignments`,
    [nowMs],
  );
  const { active = '0', reserved = '0', oldest = null, effects = '0', overdue = '0', obligations = '0' } = found ?? {};
  return {
    leases: [
      { kind: 'ship', active: Number(active), reserved: Number(reserved), oldestSinceMs: oldest?.getTime() ?? null },
    ],
    effects: { open: Number(effects), overdue: Number(overdue) },
    obligations: Number(obligations),
  };
}

async function countLocks(connection: Connection): Promise<FleetCounts['leases']> {
  const found = await connection.query<Pick<ShipCounts, 'active' | 'reserved' | 'oldest'> & { readonly kind: string }>(
    `SELECT kind, count(*) FILTER (WHERE status = 'active') AS active,
       count(*) FILTER (WHERE status = 'reserved') AS reserved,
       min(assigned_at) FILTER (WHERE status = 'active') AS oldest
     FROM locks WHERE status <> 'idle' GROUP BY kind`,
  );
  return (['task', 'phase'] as const).map((kind) => {
    const { active = '0', reserved = '0', oldest = null } = found.find((each) => each.kind === kind) ?? {};
    return { kind, active: Number(active), reserved: Number(reserved), oldestSinceMs: oldest?.getTime() ?? null };
  });
}

interface ContainerCount {
  readonly player_id: number;
  readonly container_type: string;
  readonly status: ContainerStatus;
  readonly count: string;
}

async function countContainers(connection: Connection): Promise<FleetCounts['containers']> {
  const found = await connection.query<ContainerCount>(
    'SELECT player_id, container_type, status, count(*) AS count FROM containers GROUP BY 1, 2, 3 ORDER BY 1, 2, 3',
  );
  return found.map(({ player_id, container_type, status, count }) => ({
    player: player_id,
    containerType: container_type,
    status,
    count: Number(count),
  }));
}
