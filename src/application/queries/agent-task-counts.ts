import { Query } from '@nestjs/cqrs';
import type { AgentTaskStatus } from '../../domain/agent-task/events.js';
import type { NotThereYet, ViewAnswer } from './view-answer.js';

export interface AgentTaskCount {
  readonly queue: string;
  readonly status: AgentTaskStatus;
  readonly count: number;
}

/** How many tasks of which status are in each queue; what is not there is not listed. */
export class CountAgentTasks extends Query<ViewAnswer<readonly AgentTaskCount[]> | NotThereYet> {}
