import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { agentTask, agentTaskStream } from '../../domain/agent-task/agent-task.js';
import { queue } from '../../domain/agent-task/lifecycle.js';
import { isAgentTaskRefusal, type AgentTaskRefusal } from '../../domain/agent-task/refusals.js';
import type { Answer } from '../answer.js';
import { stepOf, type CommandContext } from '../command-context.js';
import { Decisions } from '../decide-and-append.js';
import { decideAgentTask } from './decide-agent-task.js';
import { Dependencies } from './dependencies.js';
import { readQueueFile, type QueueFile } from './queue-file.js';
import { decideAgent } from './register-agent.js';

export interface Imported {
  readonly type: 'Imported';
  /** Tasks that are new in the queue. */
  readonly queued: readonly string[];
  /** Those that were there already, word for word. */
  readonly unchanged: readonly string[];
  readonly agents: readonly string[];
}

type ImportAnswer = Answer<Imported | AgentTaskRefusal>;

/**
 * A whole queue from the file of the scripts. Everything in it is looked at before the first task is written, so a file
 * that is refused changes nothing; one that was cut by a crash is finished by importing it again.
 */
export class ImportTasks extends Command<ImportAnswer> {
  constructor(
    readonly context: CommandContext,
    readonly ask: { readonly queue: string; readonly source: string },
  ) {
    super();
  }
}

@CommandHandler(ImportTasks)
export class ImportTasksHandler implements ICommandHandler<ImportTasks> {
  constructor(
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(Dependencies) private readonly dependencies: Dependencies,
  ) {}

  async execute({ context, ask }: ImportTasks): Promise<ImportAnswer> {
    const file = readQueueFile(ask.queue, ask.source);
    if (file.type === 'UnreadableQueue') return { outcome: file, position: 0n };
    return this.dependencies.whileQueueing(ask.queue, async () => {
      const refusal = await this.#foreseen(file);
      return refusal ? { outcome: refusal, position: 0n } : this.#write(context, file);
    });
  }

  /** What is in the queue already may be in the way of any of them. */
  async #foreseen({ tasks }: QueueFile): Promise<AgentTaskRefusal | undefined> {
    const inFile = new Set(tasks.map(({ taskId }) => taskId));
    for (const task of tasks) {
      const { outcome } = await this.decisions.foresee({
        aggregate: agentTask,
        stream: agentTaskStream(task.queue, task.taskId),
        decide: (state, nowMs) => queue({ ...task, nowMs }, state),
      });
      if (isAgentTaskRefusal(outcome)) return outcome;
      const outside = task.dependencies.filter((each) => !inFile.has(each));
      const path = outside.length > 0 ? await this.dependencies.pathBack(task, outside) : undefined;
      if (path) return { type: 'DependencyCycle', queue: task.queue, taskId: task.taskId, path };
    }
    return undefined;
  }

  async #write(context: CommandContext, { tasks, agents }: QueueFile): Promise<ImportAnswer> {
    const queued: string[] = [];
    const unchanged: string[] = [];
    let position = 0n;
    for (const profile of agents) {
      const one = await decideAgent(this.decisions, stepOf(context, `agent-${profile.name}`), profile);
      if (one.position > position) position = one.position;
    }
    for (const task of tasks) {
      const one = await decideAgentTask(this.decisions, stepOf(context, task.taskId), task, (state, nowMs) =>
        queue({ ...task, nowMs }, state),
      );
      if (isAgentTaskRefusal(one.outcome)) return { outcome: one.outcome, position };
      (one.outcome.already ? unchanged : queued).push(task.taskId);
      if (one.position > position) position = one.position;
    }
    return { outcome: { type: 'Imported', queued, unchanged, agents: agents.map(({ name }) => name) }, position };
  }
}
