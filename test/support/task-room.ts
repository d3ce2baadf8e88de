import type { QueryBus } from '@nestjs/cqrs';
import { ClaimTask, ClaimTaskHandler, type ClaimAsk } from '../../src/application/agent-tasks/claim-task.js';
import { Dependencies } from '../../src/application/agent-tasks/dependencies.js';
import {
  AbandonTask,
  AbandonTaskHandler,
  CompleteTask,
  CompleteTaskHandler,
  FailTask,
  FailTaskHandler,
} from '../../src/application/agent-tasks/end-task.js';
import { HeldTask } from '../../src/application/agent-tasks/held-task.js';
import { NextAgents } from '../../src/application/agent-tasks/next-agents.js';
import { QueueTask, QueueTaskHandler } from '../../src/application/agent-tasks/queue-task.js';
import { RefusedClaims } from '../../src/application/agent-tasks/refused-claims.js';
import type { CommandContext } from '../../src/application/command-context.js';
import { Decisions } from '../../src/application/decide-and-append.js';
import { WorkUnderLeases } from '../../src/application/leases/held-work.js';
import { WorkLocks } from '../../src/application/leases/work-locks.js';
import type { EventStore } from '../../src/application/ports/event-store.js';
import { DatabaseUnavailable } from '../../src/application/ports/views.js';
import { agentTask, agentTaskStream, taskLock } from '../../src/domain/agent-task/agent-task.js';
import type { AgentTaskEvent } from '../../src/domain/agent-task/events.js';
import { lease } from '../../src/domain/lease/lease.js';
import { leaseStream } from '../../src/domain/lease/resource.js';
import { InMemoryEventStore } from '../../src/infrastructure/eventstore/in-memory-event-store.js';
import { uuids } from '../../src/infrastructure/ids.js';
import { usualRules } from './application.js';
import { examples } from './examples.js';
import { FakeClock } from './fake-clock.js';

export const name = { queue: 'orkestra', taskId: '1' };
export const lock = taskLock(name.queue, name.taskId);
export const streams = { lock: leaseStream(lock), task: agentTaskStream(name.queue, name.taskId) };

const noViews = { execute: () => Promise.reject(new DatabaseUnavailable('no views here')) } as unknown as QueryBus;

/** One log, and any number of processes that work on its tasks. The views are away: what is decided needs none. */
export class TaskRoom {
  readonly clock = new FakeClock();
  readonly log = new InMemoryEventStore(() => this.clock.nowMs());

  process(store: EventStore = this.log): TaskProcess {
    return new TaskProcess(store, this.clock);
  }

  async typesIn(stream: string): Promise<string[]> {
    return (await this.log.readForwards(stream, { max: 1_000 })).map(({ type }) => type);
  }

  async lockReasons(): Promise<unknown[]> {
    const events = await this.log.readForwards(streams.lock, { max: 1_000 });
    return events.filter(({ type }) => type === 'LeaseReleased').map(({ data }) => data['reason']);
  }
}

export class TaskProcess {
  readonly decisions: Decisions;
  readonly held: HeldTask;
  readonly #dependencies: Dependencies;
  readonly #locks: WorkLocks;
  readonly #agents = new NextAgents(noViews);

  constructor(
    store: EventStore,
    private readonly clock: FakeClock,
  ) {
    this.decisions = new Decisions(store, clock, uuids, usualRules);
    this.#dependencies = new Dependencies(this.decisions, noViews);
    this.held = new HeldTask(this.decisions, this.#dependencies, clock);
    this.#locks = new WorkLocks(this.decisions, new WorkUnderLeases([this.held]));
  }

  /** Named: a command that may be asked again, word for word. */
  context(commandId?: string): CommandContext {
    const id = commandId ?? uuids.uuid();
    const { actor, via } = examples.metadata();
    const mayBeRepeat = commandId !== undefined;
    return { commandId: id, correlationId: id, causationId: id, actor, via, mayBeRepeat };
  }

  queue(more: Partial<QueueTask['ask']> = {}) {
    const ask = { ...examples.taskDescription({ dependencies: [] }), ...name, ...more };
    return new QueueTaskHandler(this.decisions, this.#dependencies).execute(new QueueTask(this.context(), ask));
  }

  claim(agent: string, commandId?: string, more: Partial<ClaimAsk> = {}) {
    const ask = { ...name, agent, session: `session-${agent}`, ttlMs: 1_800_000, ...more };
    const told = new RefusedClaims();
    const handler = new ClaimTaskHandler(this.decisions, this.#dependencies, this.#locks, this.clock, told);
    return handler.execute(new ClaimTask(this.context(commandId), ask));
  }

  complete(token: number, commandId?: string) {
    const handler = new CompleteTaskHandler(this.decisions, this.#locks, this.#dependencies);
    const ask = { ...name, token, notes: 'done', actualTime: null };
    return handler.execute(new CompleteTask(this.context(commandId), ask));
  }

  fail(token: number, commandId?: string) {
    const handler = new FailTaskHandler(this.decisions, this.#locks, this.#agents, this.#dependencies);
    const ask = { ...name, token, errorType: 'timeout', details: '', reassign: true };
    return handler.execute(new FailTask(this.context(commandId), ask));
  }

  abandon(token: number, commandId?: string) {
    const handler = new AbandonTaskHandler(this.decisions, this.#locks, this.#dependencies);
    const ask = { ...name, token, reason: 'interrupted' as const, detail: 'SIGTERM' };
    return handler.execute(new AbandonTask(this.context(commandId), ask));
  }

  /** Writes to the task past its lock, as somebody else's whole course would have. */
  async write(...events: readonly AgentTaskEvent[]) {
    await this.decisions.decide({
      aggregate: agentTask,
      stream: streams.task,
      context: this.context(),
      decide: () => ({ outcome: undefined, events }),
    });
  }

  async hold() {
    return (await this.decisions.current(lease, streams.lock)).state.hold;
  }

  async task() {
    const { state } = await this.decisions.current(agentTask, streams.task);
    if (!state) throw new Error('there is no task');
    return state;
  }
}
