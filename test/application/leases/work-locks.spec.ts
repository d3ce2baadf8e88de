import { AcquireLease } from '../../../src/application/leases/acquire-lease.js';
import { HandOverLease } from '../../../src/application/leases/hand-over-lease.js';
import { BreakLease } from '../../../src/application/leases/operator-acts.js';
import { OutcomeUnknown, StoreUnavailable, type EventStore } from '../../../src/application/ports/event-store.js';
import { agentTaskStream } from '../../../src/domain/agent-task/agent-task.js';
import { flowStream } from '../../../src/domain/flow/flow.js';
import { leaseStream, type Resource } from '../../../src/domain/lease/resource.js';
import { Custody, operator, policy, type Instance } from '../../support/custody.js';
import { examples } from '../../support/examples.js';
import { flowId, lockOfPhase, lockOfTask, queue, ttlMs, workOf } from '../../support/locked-work.js';
import { Killed, MortalStore } from '../../support/mortal-store.js';

const broken = { operator, reason: 'mine' };

/** A store whose appends to one stream fail. */
function failing(target: EventStore, stream: string, error: Error): EventStore {
  return new Proxy(target, {
    get: (_, key) => {
      const value = Reflect.get(target, key) as unknown;
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) =>
        key === 'append' && args[0] === stream ? Promise.reject(error) : (value.apply(target, args) as unknown);
    },
  });
}

describe.each([
  ['task', lockOfTask('1'), agentTaskStream(queue, '1')],
  ['phase', lockOfPhase('one'), flowStream(flowId)],
])('[A362, A397] the claim of a %s, which takes its lock first', (_kind, lock: Resource, workStream) => {
  let room: Custody;
  let here: Instance;
  beforeEach(async () => {
    room = new Custody();
    here = await room.up();
    await workOf(here).queue('1');
    await workOf(here).declare('one', 'two');
  });

  const types = async () => (await room.typesIn(workStream)).slice(1);
  async function ends(): Promise<unknown[]> {
    const events = await room.log.readForwards(leaseStream(lock), { max: 100 });
    return events.filter(({ type }) => type === 'LeaseReleased').map(({ data }) => data['reason']);
  }
  const breaks = (one: Instance) => one.outcome(new BreakLease(one.context(), { resource: lock, ...broken }));
  async function lockedBy(session: string, one = here) {
    const holder = examples.agent({ id: session });
    const ask = { resource: lock, holder, operation: 'lock', ttlMs, adoptsObligations: false };
    return one.outcome(new AcquireLease(one.context(), ask));
  }
  /** One instance; what is done in between comes just before it has the work adopt its token. */
  function interrupted(between: () => Promise<unknown>): Instance {
    const store = new MortalStore(room.log);
    let isDone = false;
    store.before = async (verb, stream) => {
      if (isDone || verb !== 'append' || stream !== workStream) return;
      isDone = true;
      await between();
    };
    return room.instance({ store });
  }

  it('gives it back as claim_failed where the store refuses the second half', async () => {
    const away = room.instance({ store: failing(room.log, workStream, new StoreUnavailable('away')) });
    await expect(workOf(away).claim(lock, 'session-1')).rejects.toThrow(StoreUnavailable);
    expect(await ends()).toEqual(['claim_failed']);
    expect(await types()).toEqual([]);
    expect(await workOf(here).claim(lock, 'session-2')).toBe(2);
  });

  it('leaves it to the sweep where nobody knows whether the second half was written', async () => {
    const unsure = room.instance({ store: failing(room.log, workStream, new OutcomeUnknown('timeout')) });
    await expect(workOf(unsure).claim(lock, 'session-1')).rejects.toThrow(OutcomeUnknown);
    expect(await ends()).toEqual([]);
    room.clock.pass(policy.repairGraceMs);
    await here.locks.run();
    expect(await ends()).toEqual(['claim_rolled_back']);
  });

  it('finds out that the lock was taken before the work had adopted it, and lets the work go as it was taken', async () => {
    const late = interrupted(() => breaks(here));
    expect(await workOf(late).claim(lock, 'session-1')).toBeUndefined();
    const [began, abandoned] = (await room.log.readForwards(workStream, { max: 10 })).slice(1);
    expect(began?.type).toMatch(/^(TaskClaimed|PhaseStarted)$/);
    expect(abandoned).toMatchObject({ data: { token: 1, reason: 'manual', detail: 'mine' } });
    expect(abandoned?.type).toMatch(/Abandoned$/);
    expect(await workOf(here).claim(lock, 'session-2')).toBe(2);
  });

  it('tells as much as is known where the lock has passed on by then', async () => {
    const late = interrupted(async () => {
      await breaks(here);
      await lockedBy('session-9');
      await here.outcome(new BreakLease(here.context(), { resource: lock, ...broken }));
    });
    expect(await workOf(late).claim(lock, 'session-1')).toBeUndefined();
    const abandoned = (await room.log.readForwards(workStream, { max: 10 })).at(-1);
    const detail = 'its lock passed on, and is at token 2';
    expect(abandoned).toMatchObject({ data: { token: 1, reason: 'stale_cleanup', detail } });
  });

  it('asked again after a crash between the two, and after the sweep, takes the lock anew', async () => {
    const store = new MortalStore(room.log);
    store.before = (verb, stream) => {
      if (verb === 'append' && stream === workStream) store.die();
    };
    await expect(workOf(room.instance({ store })).claim(lock, 'session-1', 'it')).rejects.toThrow(Killed);
    room.clock.pass(policy.repairGraceMs);
    await here.locks.run();
    expect(await ends()).toEqual(['claim_rolled_back']);
    expect(await workOf(here).claim(lock, 'session-1', 'it')).toBe(2);
    expect(await workOf(room.instance()).claim(lock, 'session-1', 'it')).toBe(2);
    expect(await types()).toHaveLength(1);
  });

  it('asked again after it was granted, is answered as it was then, though the lock has passed on', async () => {
    expect(await workOf(here).claim(lock, 'session-1', 'it')).toBe(1);
    await breaks(here);
    expect(await workOf(here).claim(lock, 'session-2')).toBe(2);
    const length = (await room.events()).length;
    expect(await workOf(room.instance()).claim(lock, 'session-1', 'it')).toBe(1);
    expect(await room.events()).toHaveLength(length);
  });

  it('is refused by a plain lock of another, who does not work on it', async () => {
    await lockedBy('session-9');
    expect(await workOf(here).claim(lock, 'session-1')).toBeUndefined();
    expect(await types()).toEqual([]);
    room.clock.pass(policy.repairGraceMs);
    expect((await here.locks.run()).repaired).toEqual([]);
  });

  it('adopts the plain lock that its session has already, and gives back only what it took', async () => {
    await lockedBy('session-1');
    const away = room.instance({ store: failing(room.log, workStream, new StoreUnavailable('away')) });
    await expect(workOf(away).claim(lock, 'session-1')).rejects.toThrow(StoreUnavailable);
    expect((await room.lease(lock)).hold).toMatchObject({ token: 1, operation: 'lock' });
    expect(await workOf(here).claim(lock, 'session-1')).toBe(1);
  });

  it('may be made by whoever the lock was handed over to, under the token that it has, and the sweep leaves it alone', async () => {
    await workOf(here).claim(lock, 'session-1');
    const to = examples.agent({ id: 'session-2' });
    const from = { id: 'session-1', token: 1 };
    const by = { kind: 'holder', id: 'session-1' } as const;
    const handed = { resource: lock, from, to, operation: null, ttlMs, reason: 'shift ends', by };
    expect(await here.outcome(new HandOverLease(here.context(), handed))).toMatchObject({ hold: { token: 2 } });
    room.clock.pass(policy.repairGraceMs);
    expect((await here.locks.run()).repaired).toEqual([]);
    expect(await workOf(here).claim(lock, 'session-2')).toBe(2);
    expect(await types()).toHaveLength(3);
  });

  it('that was lost before its holder abandons it keeps the way in which it was lost', async () => {
    const store = new MortalStore(room.log);
    await workOf(here).claim(lock, 'session-1');
    store.before = (verb, stream) => {
      if (verb === 'append' && stream === workStream) store.die();
    };
    await expect(breaks(room.instance({ store }))).rejects.toThrow(Killed);
    await workOf(here).abandon(lock, 1);
    const abandoned = (await room.log.readForwards(workStream, { max: 10 })).at(-1);
    expect(abandoned).toMatchObject({ data: { token: 1, reason: 'manual', detail: 'mine' } });
  });
});
