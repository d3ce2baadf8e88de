import type { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ClaimNextTask, ClaimNextTaskHandler } from '../../../src/application/agent-tasks/claim-next.js';
import type { ClaimTask } from '../../../src/application/agent-tasks/claim-task.js';
import { decideAgent } from '../../../src/application/agent-tasks/register-agent.js';
import type { ListClaimable } from '../../../src/application/queries/agent-tasks.js';
import type { NotThereYet } from '../../../src/application/queries/view-answer.js';
import { name, TaskRoom, type TaskProcess } from '../../support/task-room.js';

/** A view that shows the task to whoever waits for the position at which it was queued, and to nobody else. */
function lateView(shows: bigint, asked: ListClaimable['ask'][], isDown = false): QueryBus {
  const execute = ({ ask }: ListClaimable) => {
    asked.push(ask);
    const waits = (ask.minPosition ?? 0n) >= shows;
    if (waits && isDown) {
      const late = { view: 'agent_tasks', position: 0n, minPosition: shows, waitedMs: ask.waitMs ?? 0 };
      return Promise.resolve<NotThereYet>({ type: 'NotThereYet', ...late });
    }
    const value = { rows: waits ? [name] : [], next: null };
    return Promise.resolve({ type: 'Answered', value, position: waits ? shows : 0n });
  };
  return { execute } as unknown as QueryBus;
}

describe('asking for the next task', () => {
  let process: TaskProcess;
  let queuedAt: bigint;
  let asked: ListClaimable['ask'][];
  beforeEach(async () => {
    process = new TaskRoom().process();
    asked = [];
    await decideAgent(process.decisions, process.context(), { name: 'ada', speciality: null });
    queuedAt = (await process.queue()).position;
  });

  const next = (of: TaskProcess, view: QueryBus, minPosition?: bigint) => {
    const commands = { execute: ({ ask }: ClaimTask) => of.claim(ask.agent, undefined, ask) } as unknown as CommandBus;
    const ask = { queue: name.queue, agent: 'ada', session: 'ada', ttlMs: 1_000, minPosition };
    return new ClaimNextTaskHandler(of.decisions, commands, view).execute(new ClaimNextTask(of.context(), ask));
  };

  it('finds what the same server has queued, though the view is behind', async () => {
    const { outcome } = await next(process, lateView(queuedAt, asked));
    expect(outcome).toMatchObject({ type: 'TaskClaimed', task: name });
    expect(asked.map(({ minPosition }) => minPosition)).toEqual([undefined, queuedAt]);
  });

  it('is not kept waiting for long by a view that stands still: there is nothing, as far as it knows', async () => {
    const { outcome } = await next(process, lateView(queuedAt, asked, true));
    expect(outcome).toEqual({ type: 'NothingClaimable' });
    expect(asked.at(-1)?.waitMs).toBe(1_000);
    expect((await next(process, lateView(queuedAt, asked, true), queuedAt)).outcome.type).toBe('NotThereYet');
  });
});

it('of what another server has just queued there may be nothing yet, unless its position is asked for', async () => {
  const room = new TaskRoom();
  const [here, there] = [room.process(), room.process()];
  const { position } = await there.queue();
  await decideAgent(there.decisions, there.context(), { name: 'ada', speciality: null });
  const view = lateView(position, []);
  const ask = { queue: name.queue, agent: 'ada', session: 'ada', ttlMs: 1_000 };
  const commands = { execute: ({ ask: one }: ClaimTask) => here.claim(one.agent, undefined, one) };
  const handler = new ClaimNextTaskHandler(here.decisions, commands as unknown as CommandBus, view);
  expect((await handler.execute(new ClaimNextTask(here.context(), ask))).outcome.type).toBe('NothingClaimable');
  const asked = new ClaimNextTask(here.context(), { ...ask, minPosition: position });
  expect((await handler.execute(asked)).outcome.type).toBe('TaskClaimed');
});
