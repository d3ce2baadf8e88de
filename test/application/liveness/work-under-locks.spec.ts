import { CancelFlow } from '../../../src/application/flows/steer-flow.js';
import { HandOverLease } from '../../../src/application/leases/hand-over-lease.js';
import { BreakLease, LiftReservation, ReserveLease } from '../../../src/application/leases/operator-acts.js';
import { ReleaseLease } from '../../../src/application/leases/release-lease.js';
import type { LockRepair } from '../../../src/domain/sweep/lock-repair.js';
import { isReservation } from '../../../src/domain/lease/lease.js';
import type { Resource } from '../../../src/domain/lease/resource.js';
import { Custody, operator, policy, type Instance } from '../../support/custody.js';
import { violationsOf } from '../../support/invariants.js';
import { flowId, lockOfPhase, lockOfTask, ttlMs, workOf, workViolationsOf } from '../../support/locked-work.js';
import { Killed, MortalStore, type Death } from '../../support/mortal-store.js';

type Ask = (instance: Instance, lock: Resource) => Promise<unknown>;
type Repaired = readonly `${LockRepair['type']} ${string}`[];

interface Case {
  readonly verb: string;
  readonly claimed: boolean;
  readonly ask: Ask;
  /** What the sweep finds to do after the deaths in it. */
  readonly ofTask: Repaired;
  readonly ofPhase?: Repaired;
  /** Afterwards nobody may claim it: it is over, waits, or is kept. */
  readonly closed?: boolean;
}

const by = { kind: 'operator', id: operator } as const;
const holder = { kind: 'agent', id: 'session-2', attempt: 1 } as const;
const broken = { operator, reason: 'it hangs' };

const cases: readonly Case[] = [
  {
    ...{ verb: 'claim', claimed: false, ofTask: ['RollBackClaim claim_rolled_back'] },
    ask: (one, lock) => workOf(one).claim(lock, 'session-1', 'it'),
  },
  {
    ...{ verb: 'completion', claimed: true, closed: true },
    ...{ ofTask: ['ReleaseFinished task_completed'], ofPhase: ['ReleaseFinished completed'] },
    ask: (one, lock) => workOf(one).complete(lock, 1),
  },
  {
    ...{ verb: 'failure', claimed: true, closed: true, ofTask: ['ReleaseEnded stale_cleanup'] },
    ask: (one, lock) => workOf(one).fail(lock, 1),
  },
  {
    ...{ verb: 'giving up', claimed: true, ofTask: ['TellWork interrupted'] },
    ask: (one, lock) => workOf(one).abandon(lock, 1),
  },
  {
    ...{ verb: 'release of the lock alone', claimed: true, ofTask: ['TellWork stopped'] },
    ask: (one, resource) => {
      const ask = { resource, holder: null, token: 1, reason: 'stopped', detail: '', by: null } as const;
      return one.outcome(new ReleaseLease(one.context(), ask));
    },
  },
  {
    ...{ verb: 'break', claimed: true, ofTask: ['TellWork manual'] },
    ask: (one, resource) => one.outcome(new BreakLease(one.context(), { resource, ...broken })),
  },
  {
    ...{ verb: 'reservation that displaces', claimed: true, closed: true, ofTask: ['TellWork preempted'] },
    ask: (one, resource) =>
      one.outcome(new ReserveLease(one.context(), { resource, operator, reason: 'r', displaces: true })),
  },
  {
    ...{ verb: 'hand-over', claimed: true, closed: true, ofTask: ['TellWork stale_cleanup'] },
    ask: (one, resource) =>
      one.outcome(
        new HandOverLease(one.context(), {
          ...{ resource, from: { id: 'session-1', token: 1 }, to: holder, operation: null, ttlMs },
          ...{ reason: 'shift ends', by },
        }),
      ),
  },
];

async function sceneOf({ claimed }: Case, lock: Resource) {
  const room = new Custody();
  const first = workOf(room.instance());
  await first.queue('1');
  await first.declare('one', 'two');
  if (claimed) expect(await first.claim(lock, 'session-1')).toBe(1);
  const store = new MortalStore(room.log);
  return { room, store, mortal: room.instance({ store }) };
}

/** The process dies before, and after, every call that it makes. */
async function deathsIn(one: Case, lock: Resource): Promise<readonly Death[]> {
  const { store, mortal } = await sceneOf(one, lock);
  await one.ask(mortal, lock);
  return store.calls.flatMap(({ verb }, index): Death[] => {
    const before = { at: index + 1, done: false };
    return verb === 'append' ? [before, { ...before, done: true }] : [before];
  });
}

const told = ({ type, reason }: LockRepair) => `${type} ${reason}` as const;

describe.each([
  ['task', lockOfTask('1')],
  ['phase', lockOfPhase('one')],
])('[A353, A354, A363, A365, A397] what a crash leaves of a %s and its lock', (kind, lock) => {
  it.each(cases)('in a $verb is put right by one sweep, and the next finds nothing to do', async (one) => {
    const found = new Set<string>();
    let died = 0;
    for (const death of await deathsIn(one, lock)) {
      const { room, store, mortal } = await sceneOf(one, lock);
      store.dieIn(death);
      // Two calls at once have one number: not every number is one that a call has.
      const isDead = await one.ask(mortal, lock).then(
        () => false,
        (error: unknown) => {
          if (error instanceof Killed) return true;
          throw error;
        },
      );
      died += isDead ? 1 : 0;

      const next = await room.up();
      const atOnce = (await next.locks.run()).repaired.map(told);
      // What may still be under way is left alone for a grace.
      expect(atOnce.filter((each) => !/^Release(Finished|Ended) /.test(each))).toEqual([]);
      room.clock.pass(policy.repairGraceMs);
      for (const each of [...atOnce, ...(await next.locks.run()).repaired.map(told)]) found.add(each);
      const after = await room.events();

      const { hold } = await room.lease(lock);
      const under = await next.work.claimedUnder(lock);
      const isPlain = hold !== null && (isReservation(hold) || hold.operation === 'lock');
      expect({ death, under }).toEqual({ death, under: isPlain ? null : (hold?.token ?? null) });
      expect({ death, broken: [...violationsOf(after), ...workViolationsOf(after)] }).toEqual({ death, broken: [] });
      for (const again of [next, room.instance()]) expect((await again.locks.run()).repaired).toEqual([]);
      expect(await room.events()).toHaveLength(after.length);
      if (hold || one.closed) continue;
      expect({ death, claimed: await workOf(next).claim(lock, 'session-3') }).toEqual({
        death,
        claimed: (await room.lease(lock)).lastToken,
      });
    }
    expect(died).toBeGreaterThan(2);
    expect([...found]).toEqual(kind === 'phase' ? (one.ofPhase ?? one.ofTask) : one.ofTask);
  });

  it('is told to the work, too, when others had the lock since then', async () => {
    const room = new Custody();
    const first = workOf(room.instance());
    await first.queue('1');
    await first.declare('one', 'two');
    expect(await first.claim(lock, 'session-1')).toBe(1);
    const forgetful = room.instance({ works: [] });
    await forgetful.execute(new BreakLease(forgetful.context(), { resource: lock, ...broken }));
    await forgetful.execute(
      new ReserveLease(forgetful.context(), { resource: lock, operator, reason: 'r', displaces: false }),
    );
    await forgetful.execute(new LiftReservation(forgetful.context(), { resource: lock, operator, reason: 'done' }));
    const next = room.instance();
    expect(await next.work.claimedUnder(lock)).toBe(1);
    room.clock.pass(policy.repairGraceMs);

    expect((await next.locks.run()).repaired).toMatchObject([
      { type: 'TellWork', token: 1, holder: { id: operator }, reason: 'stale_cleanup' },
    ]);

    expect(await next.work.claimedUnder(lock)).toBeNull();
    expect((await next.locks.run()).repaired).toEqual([]);
  });
});

describe('[A363, A397] work that goes on without its lock', () => {
  /** As a crash between the two leaves it: the lock went, and nobody told the work. */
  async function lostUntold(room: Custody, names: readonly string[]): Promise<void> {
    const work = workOf(room.instance());
    const forgetful = room.instance({ works: [] });
    for (const name of names) {
      await work.queue(name);
      const token = await work.claim(lockOfTask(name), `session-${name}`);
      const give = { resource: lockOfTask(name), holder: null, token: token ?? 0, detail: '', by: null } as const;
      await forgetful.execute(new ReleaseLease(forgetful.context(), { ...give, reason: 'failed' }));
    }
  }

  it('is told after any number of starts, however long nobody was there, and only said where it is tried', async () => {
    const room = new Custody();
    await lostUntold(room, ['1']);
    for (let i = 0; i < 3; i++) expect((await room.instance().locks.run()).repaired).toEqual([]);
    room.clock.pass(7 * 86_400_000);

    const next = room.instance();
    expect((await next.locks.run(true)).repaired).toMatchObject([{ type: 'TellWork', reason: 'failed' }]);
    expect((await next.locks.run()).repaired).toMatchObject([{ type: 'TellWork', reason: 'failed' }]);
    expect(await next.work.claimedUnder(lockOfTask('1'))).toBeNull();
    expect((await next.locks.run()).repaired).toEqual([]);
  });

  it('is told, too, when it was taken up under a lock that had gone, and been looked at, long before', async () => {
    const room = new Custody();
    await workOf(room.instance()).queue('1');
    const forgetful = room.instance({ works: [] });
    const sweeping = room.instance();
    const store = new MortalStore(room.log);
    let stood = false;
    // The claim stands still between the lock and the task, and ends before it looks whether it still has the lock.
    store.before = async (verb, stream) => {
      if (stood) return store.die();
      if (verb !== 'append' || !stream.startsWith('agenttask-')) return;
      stood = true;
      await forgetful.execute(new BreakLease(forgetful.context(), { resource: lockOfTask('1'), ...broken }));
      room.clock.pass(2 * policy.repairGraceMs);
      expect((await sweeping.locks.run()).repaired).toEqual([]);
    };
    await expect(workOf(room.instance({ store })).claim(lockOfTask('1'), 'session-1')).rejects.toThrow(Killed);
    expect(await sweeping.work.claimedUnder(lockOfTask('1'))).toBe(1);

    expect((await sweeping.locks.run()).repaired).toMatchObject([{ type: 'TellWork', token: 1, reason: 'manual' }]);
    expect(await sweeping.work.claimedUnder(lockOfTask('1'))).toBeNull();
  });

  it('is found without a look at what is over: the first sweep after a start reads two streams, not a thousand', async () => {
    const room = new Custody();
    const work = workOf(room.instance());
    for (let i = 0; i < 500; i++) {
      await work.queue(`done-${i}`);
      const token = await work.claim(lockOfTask(`done-${i}`), 'session-1');
      await work.complete(lockOfTask(`done-${i}`), token ?? 0);
    }
    await lostUntold(room, ['lost']);
    room.clock.pass(policy.repairGraceMs);
    const store = new MortalStore(room.log);

    expect((await room.instance({ store }).locks.run()).repaired).toMatchObject([{ resource: lockOfTask('lost') }]);

    const read = new Set(store.calls.map(({ stream }) => stream));
    expect([...read].filter((stream) => stream.includes('done-'))).toEqual([]);
    expect(store.calls.length).toBeLessThan(10);
  });
});

it('[A397] the lock that a cancellation left behind is freed, and not as if the phase were done', async () => {
  const cancel: Case = {
    ...{ verb: 'cancellation', claimed: true, ofTask: [] },
    ask: (one) => one.outcome(new CancelFlow(one.context(), { flowId, reason: 'not needed', by })),
  };
  const lock = lockOfPhase('one');
  const found = new Set<string>();
  for (const death of await deathsIn(cancel, lock)) {
    const { room, store, mortal } = await sceneOf(cancel, lock);
    store.dieIn(death);
    await cancel.ask(mortal, lock).catch((error: unknown) => {
      if (!(error instanceof Killed)) throw error;
    });
    const next = room.instance();
    for (const each of (await next.locks.run()).repaired.map(told)) found.add(each);
    expect((await room.lease(lock)).hold?.token ?? null).toBe(await next.work.claimedUnder(lock));
  }
  expect([...found]).toEqual(['ReleaseEnded stale_cleanup']);
});
