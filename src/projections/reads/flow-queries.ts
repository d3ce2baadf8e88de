import { Inject } from '@nestjs/common';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { FindFlow, ListFlows, type FlowRow, type SeenFlow } from '../../application/queries/flows.js';
import type { NotThereYet, Page, ViewAnswer } from '../../application/queries/view-answer.js';
import { flowPhasesTable, flowsTable, snapshotOf, type FlowTableRow } from '../flows/flow-rows.js';
import { flows } from '../flows/flows.js';
import { limitOf, pageOf, selectRows, Where } from './select.js';
import { ViewReader } from './view-reader.js';

@QueryHandler(ListFlows)
export class ListFlowsHandler implements IQueryHandler<ListFlows> {
  constructor(@Inject(ViewReader) private readonly reader: ViewReader) {}

  execute({ ask }: ListFlows): Promise<ViewAnswer<Page<FlowRow, string>> | NotThereYet> {
    return this.reader.answer([flows], ask, async (connection) => {
      const limit = limitOf(ask);
      const where = new Where().and('status = ANY(?)', ask.statuses).and('flow_id > ?', ask.after);
      const found = await selectRows(connection, flowsTable, where, limit + 1);
      return pageOf(found.map(rowOf), limit, ({ flowId }) => flowId);
    });
  }
}

@QueryHandler(FindFlow)
export class FindFlowHandler implements IQueryHandler<FindFlow> {
  constructor(@Inject(ViewReader) private readonly reader: ViewReader) {}

  execute({ ask }: FindFlow): Promise<ViewAnswer<SeenFlow | null> | NotThereYet> {
    return this.reader.answer([flows], ask, async (connection) => {
      const where = () => new Where().and('flow_id = ?', ask.flowId);
      const [row] = await selectRows(connection, flowsTable, where());
      if (!row) return null;
      const phases = await selectRows(connection, flowPhasesTable, where());
      return { flow: snapshotOf(row, phases), revision: BigInt(row.revision) };
    });
  }
}

function rowOf(row: FlowTableRow): FlowRow {
  const { phases: _none, ...flow } = snapshotOf(row, []);
  return {
    ...flow,
    currentPhase: row.current_phase,
    phasesDone: row.phases_done,
    phasesTotal: row.phases_total,
    revision: BigInt(row.revision),
  };
}
