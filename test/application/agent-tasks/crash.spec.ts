import { release } from '../../../src/domain/lease/decisions.js';
import { decideLease } from '../../../src/application/leases/decide-lease.js';
import { Killed, MortalStore, type Death } from '../../support/mortal-store.js';
import { lock, streams, TaskRoom, type TaskProcess } from '../../support/task-room.js';

interface Case {
  readonly verb: string;
  readonly claimedFirst: boolean;
  readonly ask: (process: TaskProcess) => Promise<{ readonly outcome: { readonly type: string } }>;
  readonly outcome: string;
  readonly last: string;
}

const cases: readonly Case[] = [
  {
    verb: 'claim',
    claimedFirst: false,
    ask: (p) => p.claim('claude', 'it'),
    outcome: 'TaskClaimed',
    last: 'TaskClaimed',
  },
  { verb: 'complete', claimedFirst: true, ask: (p) => p.complete(1, 'it'), outcome: 'TaskDone', last: 'TaskCompleted' },
  { verb: 'fail', claimedFirst: true, ask: (p) => p.fail(1, 'it'), outcome: 'TaskEnded', last: 'TaskFailed' },
  { verb: 'abandon', claimedFirst: true, ask: (p) => p.abandon(1, 'it'), outcome: 'TaskEnded', last: 'TaskAbandoned' },
];

async function sceneOf({ claimedFirst }: Case) {
  const room = new TaskRoom();
  await room.process().queue();
  if (claimedFirst) await room.process().claim('claude');
  const store = new MortalStore(room.log);
  return { room, store, process: room.process(store) };
}

async function deathsIn(one: Case): Promise<readonly Death[]> {
  const { store, process } = await sceneOf(one);
  await one.ask(process);
  return store.calls.flatMap(({ verb }, index): Death[] => {
    const at = index + 1;
    return verb === 'append'
      ? [
          { at, done: false },
          { at, done: true },
        ]
      : [{ at, done: false }];
  });
}

/** What the sweep does with a lock, by how the work under it stands. */
async function sweep(process: TaskProcess): Promise<void> {
  const hold = await process.hold();
  const task = await process.task();
  if (!hold) {
    if (task.claim) await process.held.lost(process.context(), lock, task.claim.token, 'expired', 'the lock is gone');
    return;
  }
  const standing = await process.held.standing(lock, hold.token);
  if (standing === 'claimed') return;
  const reason = standing === 'half-made' ? 'claim_rolled_back' : 'task_completed';
  const by = { kind: 'system', id: 'sweep' } as const;
  await decideLease(process.decisions, process.context(), lock, (state, nowMs) =>
    release({ resource: lock, holder: null, token: hold.token, reason, detail: '', by, nowMs }, state),
  );
}

describe.each(cases)('a process that dies in the middle of a $verb', (one) => {
  it('[A363, A365] leaves work that is claimed under a lock in force, or can be claimed again once the sweep has seen it', async () => {
    for (const death of await deathsIn(one)) {
      const { room, store, process } = await sceneOf(one);
      store.dieIn(death);
      await expect(one.ask(process)).rejects.toThrow(Killed);
      const after = room.process();
      await sweep(after);
      const [hold, task] = [await after.hold(), await after.task()];
      expect({ death, claim: task.claim?.token ?? null }).toEqual({ death, claim: hold?.token ?? null });
      if (task.status !== 'pending') continue;
      const next = await after.claim('gpt');
      expect(next.outcome.type).toBe('TaskClaimed');
    }
  });

  it('is asked again and answers as if nothing had happened, with one effect', async () => {
    for (const death of await deathsIn(one)) {
      const { room, store, process } = await sceneOf(one);
      store.dieIn(death);
      await expect(one.ask(process)).rejects.toThrow(Killed);
      const after = room.process();
      expect({ death, type: (await one.ask(after)).outcome.type }).toEqual({ death, type: one.outcome });
      const types = await room.typesIn(streams.task);
      expect({ death, written: types.filter((type) => type === one.last) }).toEqual({ death, written: [one.last] });
      expect((await after.hold())?.token ?? null).toBe((await after.task()).claim?.token ?? null);
    }
  });
});

it('[A353] a lock that was left on a completed task is finished with, whoever holds it', async () => {
  const one = cases.find(({ verb }) => verb === 'complete');
  if (!one) throw new Error('no such case');
  const { room, store, process } = await sceneOf(one);
  const lockAppend = (await deathsIn(one)).filter(({ done }) => !done).at(-1);
  store.dieIn(lockAppend ?? { at: 1, done: false });
  await expect(one.ask(process)).rejects.toThrow(Killed);
  const after = room.process();
  expect(await after.hold()).toMatchObject({ token: 1 });
  expect(await after.held.standing(lock, 1)).toBe('finished');
  await sweep(after);
  expect(await room.lockReasons()).toEqual(['task_completed']);
});
