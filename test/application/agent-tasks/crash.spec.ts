import { Killed, MortalStore, type Death } from '../../support/mortal-store.js';
import { streams, TaskRoom, type TaskProcess } from '../../support/task-room.js';

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
  { verb: 'fail', claimedFirst: true, ask: (p) => p.fail(1, 'it'), outcome: 'TaskChanged', last: 'TaskFailed' },
  {
    verb: 'abandon',
    claimedFirst: true,
    ask: (p) => p.abandon(1, 'it'),
    outcome: 'TaskChanged',
    last: 'TaskAbandoned',
  },
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

describe.each(cases)('a process that dies in the middle of a $verb', (one) => {
  it('[A365] is asked again and answers as if nothing had happened, with one effect', async () => {
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
