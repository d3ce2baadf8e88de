import { Get, Inject } from '@nestjs/common';
import { CountAgentTasks, type AgentTaskCount } from '../../../application/queries/agent-task-counts.js';
import { agentTaskStatuses } from '../../../domain/agent-task/events.js';
import { ApiV1 } from '../asking/api.js';
import { asSeen } from '../asking/as-seen.js';
import { Dispatcher } from '../asking/dispatcher.js';
import { Answers } from '../openapi/answers.js';
import * as schemas from './task-schemas.js';

@ApiV1('queues', 'agent tasks')
export class QueuesController {
  constructor(@Inject(Dispatcher) private readonly dispatcher: Dispatcher) {}

  @Get()
  @Answers('Every queue that has tasks, by name, and how many of each status', schemas.queueList, { refusals: [503] })
  async list() {
    const answer = await this.dispatcher.view(new CountAgentTasks());
    const names = [...new Set(answer.value.map(({ queue }) => queue))];
    return asSeen(answer, { queues: names.map((name) => ({ name, tasks: tasksIn(name, answer.value) })) });
  }
}

function tasksIn(name: string, counts: readonly AgentTaskCount[]) {
  const of = (wanted: string) => counts.find(({ queue, status }) => queue === name && status === wanted)?.count ?? 0;
  return Object.fromEntries(agentTaskStatuses.map((status) => [status, of(status)]));
}
