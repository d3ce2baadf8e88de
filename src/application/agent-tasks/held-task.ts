import { Inject } from '@nestjs/common';
import { agentTask, agentTaskStream } from '../../domain/agent-task/agent-task.js';
import { consider } from '../../domain/agent-task/claims.js';
import { agentTaskRefusalText } from '../../domain/agent-task/refusals.js';
import { abandon } from '../../domain/agent-task/work.js';
import type { Resource } from '../../domain/lease/resource.js';
import type { WorkStanding } from '../../domain/lease/work.js';
import { stepOf, type CommandContext } from '../command-context.js';
import type { NextStep } from '../custody/next-steps.js';
import { Decisions } from '../decide-and-append.js';
import type { HeldWork, Loss } from '../leases/held-work.js';
import type { Clock } from '../ports/clock.js';
import { CLOCK } from '../ports/tokens.js';
import { decideAgentTask } from './decide-agent-task.js';
import { Dependencies } from './dependencies.js';

/** The task behind a task's lock, where there is one. */
export class HeldTask implements HeldWork {
  readonly kind = 'task';

  constructor(
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(Dependencies) private readonly dependencies: Dependencies,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

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

  async instead({ scope: queue, name: taskId }: Resource): Promise<NextStep | null> {
    const { state } = await this.decisions.current(agentTask, agentTaskStream(queue, taskId));
    if (!state) return null;
    const open = await this.dependencies.open(queue, state.dependencies);
    const asked = { queue, taskId, agent: state.assignedTo ?? '', open, nowMs: this.clock.nowMs() };
    const { outcome } = consider(asked, state);
    switch (outcome.type) {
      case 'AlreadyComplete':
        return { step: 'leave', text: `leave it: ${agentTaskRefusalText(outcome)}` };
      case 'PoisonedTask':
        return { step: 'requeue', text: `requeue it: ${agentTaskRefusalText(outcome)}` };
      case 'WaitingForRetry':
      case 'DependencyNotMet':
        return { step: 'wait', text: `wait: ${agentTaskRefusalText(outcome)}` };
      default:
        return null;
    }
  }

  async abandon(context: CommandContext, { resource, token, reason, detail }: Loss): Promise<void> {
    const task = { queue: resource.scope, taskId: resource.name };
    await decideAgentTask(this.decisions, stepOf(context, `abandoned-${token}`), task, (state, nowMs) =>
      abandon({ ...task, token, reason, detail, nowMs }, state),
    );
  }
}
