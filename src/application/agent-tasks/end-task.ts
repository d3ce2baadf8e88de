import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { agentTask, agentTaskStream, taskLock } from '../../domain/agent-task/agent-task.js';
import type { AgentTaskSnapshot } from '../../domain/agent-task/events.js';
import { isAgentTaskRefusal, type AgentTaskRefusal } from '../../domain/agent-task/refusals.js';
import { complete, fail } from '../../domain/agent-task/work.js';
import { shortened } from '../../domain/kernel/text.js';
import type { ReleaseReason } from '../../domain/lease/reasons.js';
import { isLeaseRefusal, type LeaseRefusal } from '../../domain/lease/refusals.js';
import { later, type Answer } from '../answer.js';
import type { CommandContext } from '../command-context.js';
import { Decisions } from '../decide-and-append.js';
import { mostOfDetail, WorkLocks, type UnderToken } from '../leases/work-locks.js';
import { decideAgentTask, type TaskName } from './decide-agent-task.js';
import { Dependencies } from './dependencies.js';
import { NextAgents } from './next-agents.js';
import { taskAnswer, type TaskAnswered } from './task-answer.js';

/** A task and the token of the lock that it was claimed under. */
export interface ClaimedTask extends TaskName {
  readonly token: number;
}

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
    readonly ask: ClaimedTask & { readonly notes: string; readonly actualTime: string | null },
  ) {
    super();
  }
}

/** The try did not succeed: the task waits for its next one, or is poisoned; its lock is given back. */
export class FailTask extends Command<EndAnswer<TaskAnswered>> {
  constructor(
    readonly context: CommandContext,
    readonly ask: ClaimedTask & {
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
export class AbandonTask extends Command<EndAnswer<TaskAnswered>> {
  constructor(
    readonly context: CommandContext,
    readonly ask: ClaimedTask & { readonly reason: ReleaseReason; readonly detail: string },
  ) {
    super();
  }
}

@CommandHandler(CompleteTask)
export class CompleteTaskHandler implements ICommandHandler<CompleteTask> {
  constructor(
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(WorkLocks) private readonly locks: WorkLocks,
    @Inject(Dependencies) private readonly dependencies: Dependencies,
  ) {}

  async execute({ context, ask }: CompleteTask): Promise<EndAnswer<TaskDone>> {
    const { queue, taskId } = ask;
    const found = await this.dependencies.find(ask);
    if (!found) return { outcome: { type: 'UnknownTask', queue, taskId }, position: 0n };
    const refusal = found.status === 'completed' ? undefined : await this.locks.refusalOf(lockOf(ask));
    if (refusal) return { outcome: refusal, position: 0n };
    const { outcome, position } = taskAnswer(
      await decideAgentTask(this.decisions, context, ask, (task, nowMs) => complete({ ...ask, nowMs }, task)),
    );
    if (isAgentTaskRefusal(outcome)) return { outcome, position };
    const { task, already } = outcome;
    // A crash may have come between the two: the same token still gives the lock back.
    const freed = await this.locks.release(context, lockOf(ask), { reason: 'completed', detail: '' });
    const unlocked = await this.dependencies.unlockedBy(ask);
    return { outcome: { type: 'TaskDone', task, already, unlocked }, position: later(position, freed.position) };
  }
}

@CommandHandler(FailTask)
export class FailTaskHandler implements ICommandHandler<FailTask> {
  constructor(
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(WorkLocks) private readonly locks: WorkLocks,
    @Inject(NextAgents) private readonly agents: NextAgents,
    @Inject(Dependencies) private readonly dependencies: Dependencies,
  ) {}

  async execute({ context, ask }: FailTask): Promise<EndAnswer<TaskAnswered>> {
    const { queue, taskId, token } = ask;
    const found = await this.dependencies.find(ask);
    if (!found) return { outcome: { type: 'UnknownTask', queue, taskId }, position: 0n };
    const isUnderWay = found.claim?.token === token;
    const refusal = isUnderWay ? await this.locks.refusalOf(lockOf(ask)) : undefined;
    if (refusal) return { outcome: refusal, position: 0n };
    const passTo = ask.reassign && isUnderWay ? await this.agents.afterFailure(found, found.claim.agent) : null;
    const { outcome, position } = taskAnswer(
      await decideAgentTask(this.decisions, context, ask, (task, nowMs) => fail({ ...ask, passTo, nowMs }, task)),
    );
    if (isAgentTaskRefusal(outcome)) return { outcome, position };
    const detail = shortened(`${ask.errorType}: ${ask.details}`, mostOfDetail);
    const freed = await this.locks.release(context, lockOf(ask), { reason: 'failed', detail });
    return { outcome, position: later(position, freed.position) };
  }
}

@CommandHandler(AbandonTask)
export class AbandonTaskHandler implements ICommandHandler<AbandonTask> {
  constructor(
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(WorkLocks) private readonly locks: WorkLocks,
    @Inject(Dependencies) private readonly dependencies: Dependencies,
  ) {}

  /** The lock first: nobody may meet a task that can be claimed and whose lock is held by the one that abandoned it. */
  async execute({ context, ask }: AbandonTask): Promise<EndAnswer<TaskAnswered>> {
    const { queue, taskId, reason, detail } = ask;
    const stream = agentTaskStream(queue, taskId);
    if (!(await this.dependencies.find(ask))) return { outcome: { type: 'UnknownTask', queue, taskId }, position: 0n };
    const how = { holder: null, reason, detail, by: null };
    const freed = await this.locks.abandon(context, { ...lockOf(ask), ...how });
    if (isLeaseRefusal(freed.outcome)) return { outcome: freed.outcome, position: freed.position };
    const { state: task, position } = await this.decisions.current(agentTask, stream);
    if (!task) throw new Error('what was abandoned exists');
    const already = freed.outcome.already;
    return { outcome: { type: 'TaskChanged', task, already }, position: later(position, freed.position) };
  }
}

function lockOf({ queue, taskId, token }: ClaimedTask): UnderToken {
  return { resource: taskLock(queue, taskId), token };
}
