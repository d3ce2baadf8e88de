import { Inject } from '@nestjs/common';
import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { reassign, requeue } from '../../domain/agent-task/lifecycle.js';
import { isAgentTaskRefusal, type AgentTaskRefusal } from '../../domain/agent-task/refusals.js';
import type { Asker } from '../../domain/lease/events.js';
import type { Answer } from '../answer.js';
import { stepOf, type CommandContext } from '../command-context.js';
import { Decisions } from '../decide-and-append.js';
import { ListAgentTasks } from '../queries/agent-tasks.js';
import type { NotThereYet } from '../queries/view-answer.js';
import { decideAgentTask, type TaskName } from './decide-agent-task.js';
import { Dependencies } from './dependencies.js';
import { NextAgents } from './next-agents.js';
import { taskAnswer, type TaskAnswered } from './task-answer.js';
import { TaskPast } from './task-past.js';

interface OperatorAsk extends TaskName {
  readonly operator: string;
  readonly reason: string;
}

type OperatorAnswer = Answer<TaskAnswered | AgentTaskRefusal>;

/**
 * A task that has failed, or is poisoned, is pending again: its failures are forgotten, and it is for whom a person gave
 * it to before they passed it on.
 */
export class RequeueTask extends Command<OperatorAnswer> {
  constructor(
    readonly context: CommandContext,
    readonly ask: OperatorAsk,
  ) {
    super();
  }
}

/** Another agent is to do it. */
export class ReassignTask extends Command<OperatorAnswer> {
  constructor(
    readonly context: CommandContext,
    /** Agent `auto`: the next one that could and has not had it last; null: whoever asks first. */
    readonly ask: OperatorAsk & { readonly agent: { readonly name: string | null } | 'auto' },
  ) {
    super();
  }
}

export interface RetriesPassedOn {
  readonly type: 'RetriesPassedOn';
  readonly passed: readonly { readonly taskId: string; readonly from: string | null; readonly to: string }[];
  /** Nobody else could take these. */
  readonly kept: readonly string[];
}

/** Every task of a queue that waits for its next try goes to another agent, where there is one. */
export class PassOnRetries extends Command<Answer<RetriesPassedOn | NotThereYet>> {
  constructor(
    readonly context: CommandContext,
    readonly ask: { readonly queue: string; readonly operator: string; readonly minPosition?: bigint | undefined },
  ) {
    super();
  }
}

@CommandHandler(RequeueTask)
export class RequeueTaskHandler implements ICommandHandler<RequeueTask> {
  constructor(
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(TaskPast) private readonly past: TaskPast,
  ) {}

  async execute({ context, ask }: RequeueTask): Promise<OperatorAnswer> {
    const { queue, taskId, reason, operator } = ask;
    const by: Asker = { kind: 'operator', id: operator };
    const givenTo = await this.past.givenTo(ask);
    return taskAnswer(
      await decideAgentTask(this.decisions, context, ask, (task, nowMs) =>
        requeue({ queue, taskId, reason, by, givenTo, nowMs }, task),
      ),
    );
  }
}

@CommandHandler(ReassignTask)
export class ReassignTaskHandler implements ICommandHandler<ReassignTask> {
  constructor(
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(Dependencies) private readonly dependencies: Dependencies,
    @Inject(NextAgents) private readonly agents: NextAgents,
    @Inject(TaskPast) private readonly past: TaskPast,
  ) {}

  async execute({ context, ask }: ReassignTask): Promise<OperatorAnswer> {
    const { queue, taskId, reason, operator } = ask;
    let agent = ask.agent === 'auto' ? null : ask.agent.name;
    if (ask.agent === 'auto') {
      const task = await this.dependencies.find(ask);
      if (!task) return { outcome: { type: 'UnknownTask', queue, taskId }, position: 0n };
      const past = [task.assignedTo, task.lastFailure?.agent, await this.past.lastAgent(ask)];
      agent = await this.agents.otherThan(
        task,
        past.filter((each) => typeof each === 'string'),
      );
      const isOpen = task.status !== 'completed' && !task.claim;
      if (agent === null && isOpen) {
        return { outcome: { type: 'NoOtherAgent', queue, taskId, taskType: task.taskType }, position: 0n };
      }
    }
    const by: Asker = { kind: 'operator', id: operator };
    const confirms = (await this.past.givenTo(ask)) !== undefined;
    return taskAnswer(
      await decideAgentTask(this.decisions, context, ask, (task, nowMs) =>
        reassign({ queue, taskId, agent, why: reason, by, confirms, nowMs }, task),
      ),
    );
  }
}

@CommandHandler(PassOnRetries)
export class PassOnRetriesHandler implements ICommandHandler<PassOnRetries> {
  constructor(
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(QueryBus) private readonly queries: QueryBus,
    @Inject(NextAgents) private readonly agents: NextAgents,
  ) {}

  async execute({ context, ask }: PassOnRetries): Promise<Answer<RetriesPassedOn | NotThereYet>> {
    const { queue, operator, minPosition } = ask;
    const passed: { taskId: string; from: string | null; to: string }[] = [];
    const kept: string[] = [];
    let position = 0n;
    let after: string | undefined;
    do {
      const page = await this.queries.execute(new ListAgentTasks({ queue, statuses: ['failed'], minPosition, after }));
      if (page.type === 'NotThereYet') return { outcome: page, position };
      for (const task of page.value.rows) {
        const { taskId, assignedTo, lastFailure } = task;
        // One that has been given to somebody else since it failed is not passed on once more.
        if (assignedTo !== null && assignedTo !== lastFailure?.agent) continue;
        const to = await this.agents.otherThan(task, lastFailure ? [lastFailure.agent] : []);
        if (to === null) {
          kept.push(taskId);
          continue;
        }
        const why = `${lastFailure?.agent} failed: ${lastFailure?.errorType}`;
        const by: Asker = { kind: 'operator', id: operator };
        const one = await decideAgentTask(this.decisions, stepOf(context, taskId), task, (state, nowMs) =>
          reassign({ queue, taskId, agent: to, why, by, nowMs }, state),
        );
        if (isAgentTaskRefusal(one.outcome)) continue;
        passed.push({ taskId, from: assignedTo, to });
        if (one.position > position) position = one.position;
      }
      after = page.value.next ?? undefined;
    } while (after);
    return { outcome: { type: 'RetriesPassedOn', passed, kept }, position };
  }
}
