import { Inject } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { agentTask, agentTaskStream, type AgentTaskState } from '../../domain/agent-task/agent-task.js';
import { Decisions } from '../decide-and-append.js';
import { DatabaseUnavailable } from '../ports/views.js';
import { ListDependants } from '../queries/agent-tasks.js';
import { Turns } from '../turns.js';
import type { TaskName } from './decide-agent-task.js';

/** Tasks looked at for a circle of dependencies. */
const mostVisited = 1_000;

/** What tasks wait for, as the log has it. What is completed stays so: a dependency once met is met for good. */
export class Dependencies {
  readonly #queueing = new Turns();

  constructor(
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(QueryBus) private readonly queries: QueryBus,
  ) {}

  /**
   * One after the other for each queue: of two tasks that are queued at once and depend on each other, the second sees the
   * first. Two instances do not see each other's: tasks that wait for one another may then stand in the queue, and each of
   * them says so when it is asked why it cannot be claimed.
   */
  whileQueueing<T>(queue: string, work: () => Promise<T>): Promise<T> {
    return this.#queueing.take(queue, work);
  }

  async find({ queue, taskId }: TaskName): Promise<AgentTaskState> {
    return (await this.decisions.current(agentTask, agentTaskStream(queue, taskId))).state;
  }

  /** Those that are not completed, or not in the queue at all. */
  async open(queue: string, dependencies: readonly string[]): Promise<readonly string[]> {
    const open: string[] = [];
    for (const taskId of dependencies) {
      if ((await this.find({ queue, taskId }))?.status !== 'completed') open.push(taskId);
    }
    return open;
  }

  /** The way from these dependencies back to the task itself; undefined where there is none. */
  async pathBack({ queue, taskId }: TaskName, dependencies: readonly string[]): Promise<readonly string[] | undefined> {
    const seen = new Set<string>();
    const ways = dependencies.map((each) => [taskId, each]);
    for (let way = ways.shift(); way && seen.size < mostVisited; way = ways.shift()) {
      const last = way.at(-1) ?? taskId;
      if (last === taskId) return way;
      if (seen.has(last)) continue;
      seen.add(last);
      const next = (await this.find({ queue, taskId: last }))?.dependencies ?? [];
      ways.push(...next.map((each) => [...way, each]));
    }
    return undefined;
  }

  /** Tasks that waited for this one and wait for nothing more; null while the views cannot say who waited. */
  async unlockedBy({ queue, taskId }: TaskName): Promise<readonly string[] | null> {
    const waiting = await this.queries.execute(new ListDependants({ queue, taskId })).catch((error: unknown) => {
      if (error instanceof DatabaseUnavailable) return null;
      throw error;
    });
    if (waiting?.type !== 'Answered') return null;
    const unlocked: string[] = [];
    for (const each of waiting.value) {
      const task = await this.find({ queue, taskId: each });
      const isWaiting = task !== null && task.status !== 'completed';
      if (isWaiting && (await this.open(queue, task.dependencies)).length === 0) unlocked.push(each);
    }
    return unlocked;
  }
}
