import { decideLease } from '../../../src/application/leases/decide-lease.js';
import type { AgentTaskEvent } from '../../../src/domain/agent-task/events.js';
import { breakLease } from '../../../src/domain/lease/taking-away.js';
import { examples } from '../../support/examples.js';
import { MortalStore } from '../../support/mortal-store.js';
import { lock, name, streams, TaskRoom, type TaskProcess } from '../../support/task-room.js';

const at = { ...name, atMs: examples.atMs };
const underToken = { ...at, token: 7, agent: 'gpt' };
const claimed = { type: 'TaskClaimed', ...underToken, holder: examples.agent(), failures: 0 } as const;
const failure = { errorType: 'x', details: '' };

/** What comes between the lock and the task, and what is said of it. */
const betweenThem: readonly (readonly [what: string, events: AgentTaskEvent[], refusal: string, reason: string])[] = [
  [
    'another agent was chosen',
    [
      {
        type: 'TaskReassigned',
        ...{ ...at, agent: 'gpt', from: null, why: '' },
        by: examples.asker({ kind: 'operator', id: 'ada' }),
      },
    ],
    'ReassignBlocked',
    'reassign_blocked',
  ],
  [
    'it was completed',
    [claimed, { type: 'TaskCompleted', ...underToken, notes: '', actualTime: null }],
    'AlreadyComplete',
    'already_complete',
  ],
  [
    'it failed and waits',
    [claimed, { type: 'TaskFailed', ...underToken, ...failure, failures: 1, retryAtMs: examples.atMs + 300_000 }],
    'WaitingForRetry',
    'claim_failed',
  ],
  [
    'it was poisoned',
    [claimed, { type: 'TaskPoisoned', ...underToken, ...failure, failures: 4 }],
    'PoisonedTask',
    'claim_failed',
  ],
  ['it was claimed under a newer token', [claimed], 'StaleClaim', 'claim_failed'],
];

async function interrupted(room: TaskRoom, meanwhile: (other: TaskProcess) => Promise<void>) {
  const store = new MortalStore(room.log);
  let isDone = false;
  store.before = async (verb, stream) => {
    if (isDone || verb !== 'append' || stream !== streams.task) return;
    isDone = true;
    await meanwhile(room.process());
  };
  return room.process(store).claim('claude');
}

describe('[A362] a claim that is refused after it took the lock', () => {
  it.each(betweenThem)('gives it back with its reason: %s', async (_what, events, refusal, reason) => {
    const room = new TaskRoom();
    await room.process().queue();
    const { outcome } = await interrupted(room, (other) => other.write(...events));
    expect(outcome.type).toBe(refusal);
    expect(await room.lockReasons()).toEqual([reason]);
    expect(await room.process().hold()).toBeNull();
  });

  it('gives it back as json_error where the task can no longer be read', async () => {
    const room = new TaskRoom();
    await room.process().queue();
    const { outcome } = await interrupted(room, async () => {
      const event = examples.newEvent(claimed);
      await room.log.append(streams.task, 0n, [{ ...event, type: 'TaskBewitched' }]);
    });
    expect(outcome).toMatchObject({ type: 'UnreadableTask', taskId: '1' });
    expect(await room.lockReasons()).toEqual(['json_error']);
  });
});

it('[A357] a task whose lock was lost unseen is taken over by the next claim, and the late one writes nothing', async () => {
  const room = new TaskRoom();
  const process = room.process();
  await process.queue();
  await process.claim('claude');
  const by = examples.asker({ kind: 'operator', id: 'ada' });
  await decideLease(process.decisions, process.context(), lock, (state, nowMs) =>
    breakLease({ resource: lock, reason: 'gone', by, lockDelayMs: 0, nowMs }, state),
  );
  expect((await process.claim('gpt')).outcome).toMatchObject({ type: 'TaskClaimed', hold: { token: 2 } });
  expect(await process.held.standing(lock, 1)).toBe('superseded');
  await process.held.abandon(process.context(), { resource: lock, token: 1, reason: 'manual', detail: 'gone' });
  for (const late of [await process.complete(1), await process.fail(1), await process.abandon(1)]) {
    expect(['StaleToken', 'StaleClaim']).toContain(late.outcome.type);
  }
  expect(await process.task()).toMatchObject({ status: 'in_progress', claim: { token: 2, agent: 'gpt' } });
});
