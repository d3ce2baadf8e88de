import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { abandonTask } from '../../domain/agent-task/claims.js';
import { completeTask, failTask } from '../../domain/agent-task/results.js';
import type { AgentTaskSnapshot } from '../../domain/agent-task/events.js';
import { isAgentTaskRefusal, type AgentTaskRefusal } from '../../domain/agent-task/refusals.js';
import type { ReleaseReason } from '../../domain/lease/reasons.js';
import { isLeaseRefusal, type LeaseRefusal } from '../../domain/lease/refusals.js';
import { later, type Answer } from '../answer.js';
import { stepOf, type CommandContext } from '../command-context.js';
import { Decisions } from '../decide-and-append.js';
import { decideAgentTask } from './decide-agent-task.js';
import { Dependencies } from './dependencies.js';
import { NextAgents } from './next-agents.js';
import { TaskLocks, type UnderToken } from './task-locks.js';

type EndAnswer<Outcome> = Answer<Outcome | AgentTaskRefusal | LeaseRefusal>;

export interface TaskDone {
  readonly type: 'TaskDone';
  readonly task: AgentTaskSnapshot;
  /** True when it was completed before: nothing was written. */
  readonly already: boolean;
  /** Tasks that waited for this one alone, and may be claimed now; null: not known at the moment. */
  readonly unlocked: readonly string[] | null;
}

/** The task is done: it is completed, its lock is given back, and what waited for it is named. */
export class CompleteTask extends Command<EndAnswer<TaskDone>> {
  constructor(
    readonly context: CommandContext,
    readonly ask: UnderToken & { readonly notes: string; readonly actualTime: string | null },
  ) {
    super();
  }
}

export interface TaskEnded {
  readonly type: 'TaskEnded';
  readonly task: AgentTaskSnapshot;
}

/** The try did not succeed: the task waits for its next one, or is poisoned; its lock is given back. */
export class FailTask extends Command<EndAnswer<TaskEnded>> {
  constructor(
    readonly context: CommandContext,
    readonly ask: UnderToken & {
      readonly errorType: string;
      readonly details: string;
      /** Let another agent of the same speciality try next, if there is one. */
      readonly reassign: boolean;
    },
  ) {
    super();
  }
}

/** The session gives the task up, or was cut short before it was done: it may be claimed again at once. */
export class AbandonTask extends Command<EndAnswer<TaskEnded>> {
  constructor(
    readonly context: CommandContext,
    readonly ask: UnderToken & { readonly reason: ReleaseReason; readonly detail: string },
  ) {
    super();
  }
}

@CommandHandler(CompleteTask)
export class CompleteTaskHandler implements ICommandHandler<CompleteTask> {
  constructor(
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(TaskLocks) private readonly locks: TaskLocks,
    @Inject(Dependencies) private readonly dependencies: Dependencies,
  ) {}

  async execute({ context, ask }: CompleteTask): Promise<EndAnswer<TaskDone>> {
    const { queue, taskId, token } = ask;
    const found = await this.dependencies.find(ask);
    if (!found) return { outcome: { type: 'UnknownTask', queue, taskId }, position: 0n };
    const refusal = found.status === 'completed' ? undefined : await this.locks.refusalOf(ask);
    if (refusal) return { outcome: refusal, position: 0n };
    const { outcome, state, position } = await decideAgentTask(this.decisions, context, ask, (task, nowMs) =>
      completeTask({ ...ask, nowMs }, task),
    );
    if (isAgentTaskRefusal(outcome) || !state) return { outcome: outcome as AgentTaskRefusal, position };
    // A crash may have come between the two: the same token still gives the lock back.
    const isOwn = state.completion?.token === token;
    const freed = isOwn ? await this.locks.release(context, ask, 'completed', '') : undefined;
    return {
      outcome: {
        type: 'TaskDone',
        task: state,
        already: outcome.already,
        unlocked: outcome.already ? [] : await this.dependencies.unlockedBy(ask),
      },
      position: later(position, freed?.position ?? 0n),
    };
  }
}

@CommandHandler(FailTask)
export class FailTaskHandler implements ICommandHandler<FailTask> {
  constructor(
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(TaskLocks) private readonly locks: TaskLocks,
    @Inject(NextAgents) private readonly agents: NextAgents,
    @Inject(Dependencies) private readonly dependencies: Dependencies,
  ) {}

  async execute({ context, ask }: FailTask): Promise<EndAnswer<TaskEnded>> {
    const { queue, taskId, token } = ask;
    const found = await this.dependencies.find(ask);
    if (!found) return { outcome: { type: 'UnknownTask', queue, taskId }, position: 0n };
    const isUnderWay = found.claim?.token === token;
    const refusal = isUnderWay ? await this.locks.refusalOf(ask) : undefined;
    if (refusal) return { outcome: refusal, position: 0n };
    const passTo = ask.reassign && isUnderWay ? await this.agents.afterFailure(found, found.claim.agent) : null;
    const { outcome, state, position } = await decideAgentTask(this.decisions, context, ask, (task, nowMs) =>
      failTask({ ...ask, passTo, nowMs }, task),
    );
    if (isAgentTaskRefusal(outcome) || !state) return { outcome: outcome as AgentTaskRefusal, position };
    const freed = await this.locks.release(context, ask, 'failed', `${ask.errorType}: ${ask.details}`.slice(0, 256));
    return { outcome: { type: 'TaskEnded', task: state }, position: later(position, freed.position) };
  }
}

@CommandHandler(AbandonTask)
export class AbandonTaskHandler implements ICommandHandler<AbandonTask> {
  constructor(
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(TaskLocks) private readonly locks: TaskLocks,
    @Inject(Dependencies) private readonly dependencies: Dependencies,
  ) {}

  /** The lock first: nobody may meet a task that can be claimed and whose lock is held by the one that gave it up. */
  async execute({ context, ask }: AbandonTask): Promise<EndAnswer<TaskEnded>> {
    const { queue, taskId, reason, detail } = ask;
    const found = await this.dependencies.find(ask);
    if (!found) return { outcome: { type: 'UnknownTask', queue, taskId }, position: 0n };
    const freed = await this.locks.release(context, ask, reason, detail);
    if (isLeaseRefusal(freed.outcome)) return { outcome: freed.outcome, position: freed.position };
    const step = stepOf(context, 'abandoned');
    const { outcome, state, position } = await decideAgentTask(this.decisions, step, ask, (task, nowMs) =>
      abandonTask({ ...ask, nowMs }, task),
    );
    if (isAgentTaskRefusal(outcome) || !state) return { outcome: outcome as AgentTaskRefusal, position };
    return { outcome: { type: 'TaskEnded', task: state }, position: later(position, freed.position) };
  }
}
