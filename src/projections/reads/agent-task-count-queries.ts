import { Inject } from '@nestjs/common';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { CountAgentTasks, type AgentTaskCount } from '../../application/queries/agent-task-counts.js';
import type { NotThereYet, ViewAnswer } from '../../application/queries/view-answer.js';
import { agentTasks } from '../agent-tasks/agent-tasks.js';
import { ViewReader } from './view-reader.js';

@QueryHandler(CountAgentTasks)
export class CountAgentTasksHandler implements IQueryHandler<CountAgentTasks> {
  constructor(@Inject(ViewReader) private readonly reader: ViewReader) {}

  execute(): Promise<ViewAnswer<readonly AgentTaskCount[]> | NotThereYet> {
    return this.reader.answer([agentTasks], {}, async (connection) => {
      const found = await connection.query<Omit<AgentTaskCount, 'count'> & { readonly count: string }>(
        'SELECT queue, status, count(*) AS count FROM agent_tasks GROUP BY 1, 2 ORDER BY 1, 2',
      );
      return found.map(({ queue, status, count }) => ({ queue, status, count: Number(count) }));
    });
  }
}
