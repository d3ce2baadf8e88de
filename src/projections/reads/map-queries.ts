import { Inject } from '@nestjs/common';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ListPlayers, type PlayerRow } from '../../application/queries/players.js';
import { FindSystem, ListSystems, type SystemGraph, type SystemSummary } from '../../application/queries/systems.js';
import type { NotThereYet, ViewAnswer } from '../../application/queries/view-answer.js';
import { players, playersTable } from '../players/players.js';
import { chartOf, systemGraphs, systems } from '../systems/systems.js';
import { selectRows, Where } from './select.js';
import { ViewReader } from './view-reader.js';

@QueryHandler(FindSystem)
export class FindSystemHandler implements IQueryHandler<FindSystem> {
  constructor(@Inject(ViewReader) private readonly reader: ViewReader) {}

  execute({ ask }: FindSystem): Promise<ViewAnswer<SystemGraph | null> | NotThereYet> {
    return this.reader.answer([systems], ask, async (connection) => {
      const [row] = await selectRows(connection, systemGraphs, new Where().and('system_symbol = ?', ask.system));
      return row ? { chart: chartOf(row), lastUpdatedMs: row.last_updated } : null;
    });
  }
}

@QueryHandler(ListSystems)
export class ListSystemsHandler implements IQueryHandler<ListSystems> {
  constructor(@Inject(ViewReader) private readonly reader: ViewReader) {}

  execute({ ask }: ListSystems): Promise<ViewAnswer<readonly SystemSummary[]> | NotThereYet> {
    return this.reader.answer([systems], ask, async (connection) => {
      const found = await connection.query<{ symbol: string; type: string; waypoints: number; last_updated: Date }>(
        `SELECT system_symbol AS symbol, system_type AS type, waypoint_count AS waypoints, last_updated
         FROM system_graphs ORDER BY system_symbol`,
      );
      return found.map(({ last_updated, ...summary }) => ({ ...summary, lastUpdatedMs: last_updated.getTime() }));
    });
  }
}

@QueryHandler(ListPlayers)
export class ListPlayersHandler implements IQueryHandler<ListPlayers> {
  constructor(@Inject(ViewReader) private readonly reader: ViewReader) {}

  execute({ ask }: ListPlayers): Promise<ViewAnswer<readonly PlayerRow[]> | NotThereYet> {
    return this.reader.answer([players], ask, async (connection) =>
      (await selectRows(connection, playersTable)).map(({ player_id, agent_symbol, created_at }) => ({
        player: player_id,
        agentSymbol: agent_symbol,
        registeredAtMs: created_at,
      })),
    );
  }
}
