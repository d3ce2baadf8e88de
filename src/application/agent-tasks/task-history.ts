import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { agentTaskStream, taskLock } from '../../domain/agent-task/agent-task.js';
import { leaseStream } from '../../domain/lease/resource.js';
import type { EventStore, RecordedEvent } from '../ports/event-store.js';
import { EVENT_STORE } from '../ports/tokens.js';
import type { TaskName } from './decide-agent-task.js';

/** Where the next, older page begins in the task's own stream and in that of its lock; null: nothing older there. */
export interface TaskHistoryPlace {
  readonly task: bigint | null;
  readonly lock: bigint | null;
}

export interface TaskHistoryPage {
  /** Of both, newest first. */
  readonly events: readonly RecordedEvent[];
  readonly before: TaskHistoryPlace | null;
}

/** What became of a task and of its lock, as one history. */
export class TaskHistory extends Query<TaskHistoryPage> {
  constructor(
    readonly task: TaskName,
    readonly page: { readonly from?: TaskHistoryPlace | undefined; readonly limit: number },
  ) {
    super();
  }
}

@QueryHandler(TaskHistory)
export class TaskHistoryHandler implements IQueryHandler<TaskHistory> {
  constructor(@Inject(EVENT_STORE) private readonly store: EventStore) {}

  async execute({ task: { queue, taskId }, page: { from, limit } }: TaskHistory): Promise<TaskHistoryPage> {
    const streams = { task: agentTaskStream(queue, taskId), lock: leaseStream(taskLock(queue, taskId)) };
    const own = await this.#read(streams.task, from?.task, limit);
    const locks = await this.#read(streams.lock, from?.lock, limit);
    const both = [...own, ...locks].sort((one, other) => (one.position < other.position ? 1 : -1));
    const events = both.slice(0, limit);
    const before = {
      task: placeBefore(streams.task, events, own, from?.task),
      lock: placeBefore(streams.lock, events, locks, from?.lock),
    };
    return { events, before: before.task === null && before.lock === null ? null : before };
  }

  async #read(stream: string, from: bigint | null | undefined, limit: number): Promise<RecordedEvent[]> {
    if (from === null) return [];
    return this.store.readBackwards(stream, { ...(from !== undefined && { from }), max: limit });
  }
}

function placeBefore(
  stream: string,
  shown: readonly RecordedEvent[],
  read: readonly RecordedEvent[],
  from: bigint | null | undefined,
): bigint | null {
  const oldest = shown.findLast((each) => each.stream === stream);
  if (oldest) return oldest.revision > 0n ? oldest.revision - 1n : null;
  return read.length > 0 ? (from ?? read[0]?.revision ?? null) : null;
}
