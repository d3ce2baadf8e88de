import { Inject } from '@nestjs/common';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ListInstances, type InstanceRow } from '../../application/queries/instances.js';
import type { NotThereYet, ViewAnswer } from '../../application/queries/view-answer.js';
import { instances, instancesTable, manifestOf, receiptOf, type InstanceTableRow } from '../instances/instances.js';
import { columnList, rowFrom } from '../rows/table-sql.js';
import { ViewReader } from './view-reader.js';

@QueryHandler(ListInstances)
export class ListInstancesHandler implements IQueryHandler<ListInstances> {
  constructor(@Inject(ViewReader) private readonly reader: ViewReader) {}

  execute({ ask }: ListInstances): Promise<ViewAnswer<readonly InstanceRow[]> | NotThereYet> {
    return this.reader.answer([instances], ask, async (connection) => {
      const found = await connection.query<Record<string, unknown>>(
        `SELECT ${columnList(instancesTable)} FROM instances ORDER BY started_at DESC, position DESC LIMIT $1`,
        [ask.limit],
      );
      return found.map((stored) => instanceOf(rowFrom(instancesTable, stored)));
    });
  }
}

function instanceOf(row: InstanceTableRow): InstanceRow {
  const { instance, version, host, pid, recovered_at, recovery_ms, stopped_at } = row;
  const receipt = receiptOf(row);
  return {
    ...{ instance, version, host, pid, startedAtMs: row.started_at },
    recovery:
      receipt === null || recovered_at === null ? null : { atMs: recovered_at, tookMs: recovery_ms ?? 0, receipt },
    stop: stopped_at === null ? null : { atMs: stopped_at, reason: row.stop_reason ?? '', manifest: manifestOf(row) },
  };
}
