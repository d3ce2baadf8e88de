import { Inject } from '@nestjs/common';
import { agentTaskStream } from '../../domain/agent-task/agent-task.js';
import type { AgentTaskEvent } from '../../domain/agent-task/events.js';
import { decodeEvent } from '../events/event-codec.js';
import type { EventStore } from '../ports/event-store.js';
import { EVENT_STORE } from '../ports/tokens.js';
import type { TaskName } from './decide-agent-task.js';

const pageLength = 64;

/** What became of a task before the state that it is in: for what operators ask, since it reads the stream. */
export class TaskPast {
  constructor(@Inject(EVENT_STORE) private readonly store: EventStore) {}

  /** The agent that claimed it last; null: nobody ever did. */
  async lastAgent(task: TaskName): Promise<string | null> {
    for await (const event of this.#newestFirst(task)) if (event.type === 'TaskClaimed') return event.agent;
    return null;
  }

  /** To whom a person gave it, where retries have passed it on since; undefined: they have not. */
  async givenTo(task: TaskName): Promise<string | null | undefined> {
    let given: string | null | undefined;
    for await (const event of this.#newestFirst(task)) {
      if (event.type !== 'TaskReassigned') continue;
      if (event.by.kind !== 'system') return given;
      given = event.from;
    }
    return given;
  }

  async *#newestFirst({ queue, taskId }: TaskName): AsyncGenerator<AgentTaskEvent, void, undefined> {
    const stream = agentTaskStream(queue, taskId);
    let page = await this.store.readBackwards(stream, { max: pageLength });
    for (;;) {
      for (const recorded of page) yield decodeEvent(recorded) as AgentTaskEvent;
      const oldest = page.at(-1);
      if (!oldest || oldest.revision === 0n) return;
      page = await this.store.readBackwards(stream, { from: oldest.revision - 1n, max: pageLength });
    }
  }
}
