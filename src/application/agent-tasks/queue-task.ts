import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { AgentTaskDescription } from '../../domain/agent-task/events.js';
import { queue } from '../../domain/agent-task/lifecycle.js';
import type { AgentTaskRefusal } from '../../domain/agent-task/refusals.js';
import type { Answer } from '../answer.js';
import type { CommandContext } from '../command-context.js';
import { Decisions } from '../decide-and-append.js';
import { decideAgentTask } from './decide-agent-task.js';
import { Dependencies } from './dependencies.js';
import { taskAnswer, type TaskAnswered } from './task-answer.js';

type QueueAnswer = Answer<TaskAnswered | AgentTaskRefusal>;

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
    const path = await this.dependencies.pathBack(ask, ask.dependencies);
    if (path) {
      return { outcome: { type: 'DependencyCycle', queue: ask.queue, taskId: ask.taskId, path }, position: 0n };
    }
    return taskAnswer(
      await decideAgentTask(this.decisions, context, ask, (task, nowMs) => queue({ ...ask, nowMs }, task)),
    );
  }
}
