import { Inject } from '@nestjs/common';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { Clock } from '../../application/ports/clock.js';
import { CLOCK } from '../../application/ports/tokens.js';
import type { Connection } from '../../application/ports/views.js';
import {
  FindAgentTask,
  ListAgents,
  ListAgentTasks,
  ListClaimable,
  ListDependants,
  type AgentTaskRow,
  type ClaimablePlace,
} from '../../application/queries/agent-tasks.js';
import type { NotThereYet, Page, ViewAnswer } from '../../application/queries/view-answer.js';
import type { AgentProfile } from '../../domain/agent/agent.js';
import { agentsTable, agentTasks, agentTasksTable, snapshotOf } from '../agent-tasks/agent-tasks.js';
import { columnList, rowFrom } from '../rows/table-sql.js';
import { limitOf, pageOf, selectRows, Where } from './select.js';
import { ViewReader } from './view-reader.js';

/** Due, and waiting for nothing: from the rows and the moment of asking. `?` is that moment. */
const isClaimable = `(status = 'pending' OR (status = 'failed' AND retry_at <= ?::timestamptz))
  AND NOT EXISTS (
    SELECT 1 FROM jsonb_array_elements_text(agent_tasks.dependencies::jsonb) AS needed(id)
    WHERE NOT EXISTS (
      SELECT 1 FROM agent_tasks done
      WHERE done.queue = agent_tasks.queue AND done.task_id = needed.id AND done.status = 'completed'))`;

async function taskRows(
  connection: Connection,
  where: Where,
  nowMs: number,
  { order, limit }: { readonly order: string; readonly limit: number },
): Promise<AgentTaskRow[]> {
  const asked = `$${where.parameters.length + 1}`;
  const found = await connection.query<Record<string, unknown> & { claimable_now: boolean }>(
    `SELECT ${columnList(agentTasksTable)}, (${isClaimable.replace('?', asked)}) AS claimable_now
     FROM agent_tasks ${where.sql} ORDER BY ${order} LIMIT ${Math.trunc(limit)}`,
    [...where.parameters, new Date(nowMs)],
  );
  return found.map(({ claimable_now, ...stored }) => {
    const row = rowFrom(agentTasksTable, stored);
    return { ...snapshotOf(row), claimable: claimable_now, revision: BigInt(row.revision) };
  });
}

@QueryHandler(ListAgentTasks)
export class ListAgentTasksHandler implements IQueryHandler<ListAgentTasks> {
  constructor(
    @Inject(ViewReader) private readonly reader: ViewReader,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  execute({ ask }: ListAgentTasks): Promise<ViewAnswer<Page<AgentTaskRow, string>> | NotThereYet> {
    const limit = limitOf(ask);
    const nowMs = this.clock.nowMs();
    const { queue, statuses, agent, holder, claimable, after } = ask;
    const where = new Where()
      .and('queue = ?', queue)
      .and('status = ANY(?)', statuses)
      .and(`(assigned_to = ? OR claim::jsonb ->> 'agent' = ?)`, agent, agent)
      .and(`claim::jsonb -> 'holder' ->> 'id' = ?`, holder)
      .and(`(${isClaimable}) = ?`, claimable === undefined ? undefined : new Date(nowMs), claimable)
      .and('task_id > ?', after);
    return this.reader.answer([agentTasks], ask, async (connection) => {
      const rows = await taskRows(connection, where, nowMs, { order: 'queue, task_id', limit: limit + 1 });
      return pageOf(rows, limit, ({ taskId }) => taskId);
    });
  }
}

@QueryHandler(FindAgentTask)
export class FindAgentTaskHandler implements IQueryHandler<FindAgentTask> {
  constructor(
    @Inject(ViewReader) private readonly reader: ViewReader,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  execute({ ask }: FindAgentTask): Promise<ViewAnswer<AgentTaskRow | null> | NotThereYet> {
    const where = new Where().and('queue = ?', ask.queue).and('task_id = ?', ask.taskId);
    const nowMs = this.clock.nowMs();
    return this.reader.answer([agentTasks], ask, async (connection) => {
      const [row] = await taskRows(connection, where, nowMs, { order: 'task_id', limit: 1 });
      return row ?? null;
    });
  }
}

@QueryHandler(ListClaimable)
export class ListClaimableHandler implements IQueryHandler<ListClaimable> {
  constructor(
    @Inject(ViewReader) private readonly reader: ViewReader,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  execute({ ask }: ListClaimable): Promise<ViewAnswer<Page<AgentTaskRow, ClaimablePlace>> | NotThereYet> {
    const limit = limitOf(ask);
    const nowMs = this.clock.nowMs();
    const { queue, agent, speciality, after } = ask;
    const afterAt = after && new Date(after.queuedAtMs);
    const where = new Where()
      .and('queue = ?', queue)
      .and('(assigned_to IS NULL OR assigned_to = ?)', agent)
      .and('(task_type IS NULL OR task_type = ?)', speciality ?? undefined)
      .and(
        '(-priority, queued_at, task_id) > (-(?::bigint), ?::timestamptz, ?::text)',
        after?.priority,
        afterAt,
        after?.taskId,
      )
      .and(`(${isClaimable})`, new Date(nowMs));
    const order = 'priority DESC, queued_at, task_id';
    return this.reader.answer([agentTasks], ask, async (connection) => {
      const rows = await taskRows(connection, where, nowMs, { order, limit: limit + 1 });
      return pageOf(rows, limit, ({ priority, queuedAtMs, taskId }) => ({ priority, queuedAtMs, taskId }));
    });
  }
}

@QueryHandler(ListDependants)
export class ListDependantsHandler implements IQueryHandler<ListDependants> {
  constructor(@Inject(ViewReader) private readonly reader: ViewReader) {}

  execute({ ask }: ListDependants): Promise<ViewAnswer<readonly string[]> | NotThereYet> {
    const { queue, taskId } = ask;
    const where = new Where().and('queue = ?', queue).and('dependencies::jsonb @> ?::jsonb', JSON.stringify([taskId]));
    return this.reader.answer([agentTasks], ask, async (connection) =>
      (await selectRows(connection, agentTasksTable, where)).map((row) => row.task_id),
    );
  }
}

@QueryHandler(ListAgents)
export class ListAgentsHandler implements IQueryHandler<ListAgents> {
  constructor(@Inject(ViewReader) private readonly reader: ViewReader) {}

  execute({ ask }: ListAgents): Promise<ViewAnswer<readonly AgentProfile[]> | NotThereYet> {
    return this.reader.answer([agentTasks], ask, async (connection) =>
      (await selectRows(connection, agentsTable)).map(({ name, speciality }) => ({ name, speciality })),
    );
  }
}
