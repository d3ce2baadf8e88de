import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { AgentTaskDescription, AgentTaskSnapshot } from '../../domain/agent-task/events.js';
import { queueTask } from '../../domain/agent-task/queueing.js';
import { isAgentTaskRefusal, type AgentTaskRefusal } from '../../domain/agent-task/refusals.js';
import type { Answer } from '../answer.js';
import type { CommandContext } from '../command-context.js';
import { Decisions } from '../decide-and-append.js';
import { decideAgentTask } from './decide-agent-task.js';
import { Dependencies } from './dependencies.js';

export interface TaskInQueue {
  readonly type: 'TaskInQueue';
  readonly task: AgentTaskSnapshot;
  readonly already: boolean;
}

type QueueAnswer = Answer<TaskInQueue | AgentTaskRefusal>;

/** Puts a task into its queue. The same task again changes nothing; what it depends on may be queued later. */
export class QueueTask extends Command<QueueAnswer> {
  constructor(
    readonly context: CommandContext,
    readonly ask: AgentTaskDescription,
  ) {
    super();
  }
}

@CommandHandler(QueueTask)
export class QueueTaskHandler implements ICommandHandler<QueueTask> {
  constructor(
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(Dependencies) private readonly dependencies: Dependencies,
  ) {}

  execute(command: QueueTask): Promise<QueueAnswer> {
    return this.dependencies.whileQueueing(command.ask.queue, () => this.#queue(command));
  }

  async #queue({ context, ask }: QueueTask): Promise<QueueAnswer> {
    const { queue, taskId } = ask;
    const path = await this.dependencies.pathBack(ask, ask.dependencies);
    if (path) return { outcome: { type: 'DependencyCycle', queue, taskId, path }, position: 0n };
    const { outcome, state, position } = await decideAgentTask(this.decisions, context, ask, (task, nowMs) =>
      queueTask({ ...ask, nowMs }, task),
    );
    if (isAgentTaskRefusal(outcome) || !state) return { outcome: outcome as AgentTaskRefusal, position };
    return { outcome: { type: 'TaskInQueue', task: state, already: outcome.already }, position };
  }
}
