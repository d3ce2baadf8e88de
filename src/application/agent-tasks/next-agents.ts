import { Inject } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { AgentTaskSnapshot } from '../../domain/agent-task/events.js';
import { nextAgent, type AgentProfile } from '../../domain/agent/agent.js';
import { DatabaseUnavailable } from '../ports/views.js';
import { ListAgents } from '../queries/agent-tasks.js';

/** Who could try a task next, of those that the views know: a choice, nothing that anybody relies on. */
export class NextAgents {
  constructor(@Inject(QueryBus) private readonly queries: QueryBus) {}

  /** Instead of whoever has just failed. Null: nobody else, nobody can tell at the moment, or no team had it. */
  async afterFailure(task: AgentTaskSnapshot, failed: string): Promise<string | null> {
    const agents = await this.#registered();
    // Somebody who never registered does not work for the others: it is not theirs to be burdened with.
    return agents.some(({ name }) => name === failed) ? chosen(agents, task, [failed]) : null;
  }

  /** Other than all of these, the last of whom it was with comes first. Null: nobody else, or nobody can tell. */
  async otherThan(task: AgentTaskSnapshot, past: readonly string[]): Promise<string | null> {
    return chosen(await this.#registered(), task, past);
  }

  async #registered(): Promise<readonly AgentProfile[]> {
    const agents = await this.queries.execute(new ListAgents()).catch((error: unknown) => {
      if (error instanceof DatabaseUnavailable) return null;
      throw error;
    });
    return agents?.type === 'Answered' ? agents.value : [];
  }
}

function chosen(
  agents: readonly AgentProfile[],
  { taskType, failedBy }: AgentTaskSnapshot,
  past: readonly string[],
): string | null {
  return nextAgent(agents, { taskType, failedBy, past }) ?? null;
}
