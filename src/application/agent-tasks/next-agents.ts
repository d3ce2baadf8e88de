import { Inject } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { AgentTaskSnapshot } from '../../domain/agent-task/events.js';
import { nextAgent } from '../../domain/agent/agent.js';
import { DatabaseUnavailable } from '../ports/views.js';
import { ListAgents } from '../queries/agent-tasks.js';

/** Who could try a task next, of those that the views know: a choice, nothing that anybody relies on. */
export class NextAgents {
  constructor(@Inject(QueryBus) private readonly queries: QueryBus) {}

  /** Null: nobody else, or nobody can tell at the moment. */
  async after({ taskType, failedBy }: AgentTaskSnapshot, failed: string): Promise<string | null> {
    const agents = await this.queries.execute(new ListAgents()).catch((error: unknown) => {
      if (error instanceof DatabaseUnavailable) return null;
      throw error;
    });
    if (agents?.type !== 'Answered') return null;
    return nextAgent(agents.value, { taskType, failedBy, failed }) ?? null;
  }
}
