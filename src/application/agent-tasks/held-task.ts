import { Inject } from '@nestjs/common';
import { agentTask, agentTaskStream } from '../../domain/agent-task/agent-task.js';
import { abandon } from '../../domain/agent-task/work.js';
import type { Resource } from '../../domain/lease/resource.js';
import type { WorkStanding } from '../../domain/lease/work.js';
import { stepOf, type CommandContext } from '../command-context.js';
import { Decisions } from '../decide-and-append.js';
import type { HeldWork, Loss } from '../leases/held-work.js';
import { decideAgentTask } from './decide-agent-task.js';

/** The task behind a task's lock, where there is one. */
export class HeldTask implements HeldWork {
  readonly kind = 'task';

  constructor(@Inject(Decisions) private readonly decisions: Decisions) {}

  async standing({ scope, name }: Resource, token: number): Promise<WorkStanding> {
    const { state: task } = await this.decisions.current(agentTask, agentTaskStream(scope, name));
    if (!task) return 'none';
    if (task.claim?.token === token) return 'claimed';
    if (task.status === 'completed') return 'finished';
    if (token < task.lastToken) return 'superseded';
    return token === task.lastToken ? 'over' : 'unclaimed';
  }

  async claimedUnder({ scope, name }: Resource): Promise<number | null> {
    const { state: task } = await this.decisions.current(agentTask, agentTaskStream(scope, name));
    return task?.claim?.token ?? null;
  }

  async abandon(context: CommandContext, { resource, token, reason, detail }: Loss): Promise<void> {
    const task = { queue: resource.scope, taskId: resource.name };
    await decideAgentTask(this.decisions, stepOf(context, `abandoned-${token}`), task, (state, nowMs) =>
      abandon({ ...task, token, reason, detail, nowMs }, state),
    );
  }
}
