import { Inject } from '@nestjs/common';
import { agentTask, agentTaskStream } from '../../domain/agent-task/agent-task.js';
import { abandonTask, considerClaim } from '../../domain/agent-task/claims.js';
import { agentTaskRefusalText } from '../../domain/agent-task/refusals.js';
import { lease } from '../../domain/lease/lease.js';
import type { ReleaseReason } from '../../domain/lease/reasons.js';
import { leaseStream, type Resource } from '../../domain/lease/resource.js';
import { stepOf, type CommandContext } from '../command-context.js';
import type { NextStep } from '../custody/next-steps.js';
import { Decisions } from '../decide-and-append.js';
import type { HeldWork, WorkStanding } from '../leases/held-work.js';
import type { Clock } from '../ports/clock.js';
import { CLOCK } from '../ports/tokens.js';
import { claimOperation } from './claim-task.js';
import { decideAgentTask } from './decide-agent-task.js';

/** The task behind a task's lock, where there is one. */
export class HeldTask implements HeldWork {
  readonly kind = 'task';

  constructor(
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async standing(resource: Resource, token: number): Promise<WorkStanding> {
    const stream = agentTaskStream(resource.scope, resource.name);
    const { state: task } = await this.decisions.current(agentTask, stream);
    if (!task) return 'none';
    if (task.claim?.token === token) return 'claimed';
    if (task.status === 'completed') return 'finished';
    if (token < task.lastToken) return 'superseded';
    if (token === task.lastToken) return 'given-up';
    return (await this.#isClaim(resource, token)) ? 'half-made' : 'none';
  }

  async claimedUnder({ scope, name }: Resource): Promise<number | null> {
    const { state: task } = await this.decisions.current(agentTask, agentTaskStream(scope, name));
    return task?.claim?.token ?? null;
  }

  async instead({ scope: queue, name: taskId }: Resource): Promise<NextStep | null> {
    const { state } = await this.decisions.current(agentTask, agentTaskStream(queue, taskId));
    const asked = { queue, taskId, agent: state?.assignedTo ?? '', open: [], nowMs: this.clock.nowMs() };
    const { outcome } = considerClaim(asked, state);
    if (outcome.type === 'AlreadyComplete')
      return { step: 'leave', text: `leave it: ${agentTaskRefusalText(outcome)}` };
    if (outcome.type === 'PoisonedTask')
      return { step: 'requeue', text: `requeue it: ${agentTaskRefusalText(outcome)}` };
    return outcome.type === 'WaitingForRetry' ? { step: 'wait', text: `wait: ${agentTaskRefusalText(outcome)}` } : null;
  }

  /** A session may lock a task by its name without claiming it: then nothing is behind the lock. */
  async #isClaim(resource: Resource, token: number): Promise<boolean> {
    const { hold } = (await this.decisions.current(lease, leaseStream(resource))).state;
    return hold?.token === token && hold.operation === claimOperation;
  }

  async lost(
    context: CommandContext,
    { scope, name }: Resource,
    token: number,
    reason: ReleaseReason,
    detail: string,
  ): Promise<void> {
    const task = { queue: scope, taskId: name };
    await decideAgentTask(this.decisions, stepOf(context, `lost-${token}`), task, (state, nowMs) =>
      abandonTask({ ...task, token, reason, detail, nowMs }, state),
    );
  }
}
