import { AcquireLease } from '../../../src/application/leases/acquire-lease.js';
import { BreakLease, LiftReservation, ReserveLease } from '../../../src/application/leases/operator-acts.js';
import { ReleaseLease } from '../../../src/application/leases/release-lease.js';
import { RequeueTask } from '../../../src/application/agent-tasks/operator-tasks.js';
import { isReservation } from '../../../src/domain/lease/lease.js';
import type { Resource } from '../../../src/domain/lease/resource.js';
import { Custody, operator, policy, type Instance } from '../../support/custody.js';
import { Chance, Interleaving } from '../../support/interleaving.js';
import { violationsOf } from '../../support/invariants.js';
import { lockOfPhase, lockOfTask, queue, ttlMs, workOf, workViolationsOf } from '../../support/locked-work.js';
import { Killed, MortalStore } from '../../support/mortal-store.js';

const locks: readonly Resource[] = [
  ...['1', '2', '3'].map(lockOfTask),
  ...['one', 'two', 'three'].map((name) => lockOfPhase(name)),
];
const longestWaitMs = 1_200_000;

/** One process after the other under one name: each ends in the middle of whatever it does, and the next goes on. */
class Actor {
  readonly #tokens: (readonly [lock: Resource, token: number])[] = [];
  readonly #plain: (readonly [lock: Resource, token: number])[] = [];
  killed = 0;
  #instance: Instance;
  #store: MortalStore;

  constructor(
    private readonly name: string,
    private readonly room: Custody,
    private readonly chance: Chance,
    private readonly turns: Interleaving,
  ) {
    [this.#instance, this.#store] = this.#born();
  }

  #born(): [Instance, MortalStore] {
    const store = new MortalStore(this.room.log);
    store.before = async () => {
      await this.turns.turn();
      if (this.chance.with(0.06)) store.die();
    };
    return [this.room.instance({ store }), store];
  }

  async act(steps: number, one: (instance: Instance) => Promise<unknown>): Promise<void> {
    for (let step = 0; step < steps; step += 1) {
      try {
        await one(this.#instance);
      } catch (error) {
        if (!(error instanceof Killed)) throw error;
        this.killed += 1;
        this.#store.die();
        [this.#instance, this.#store] = this.#born();
      }
    }
  }

  /** What a session does next. It may well go on with a token that is long lost. */
  work = async (instance: Instance): Promise<unknown> => {
    const { chance } = this;
    const work = workOf(instance);
    const lock = chance.oneOf(locks);
    const [held, token] = this.#tokens.length > 0 ? chance.oneOf(this.#tokens) : [lock, 1];
    switch (chance.below(7)) {
      case 0:
      case 1:
      case 2: {
        const claimed = await work.claim(lock, this.name);
        if (claimed !== undefined) this.#tokens.push([lock, claimed]);
        return;
      }
      case 3:
        return work.complete(held, token);
      case 4:
        return work.fail(held, token);
      case 5:
        return work.abandon(held, token);
      default:
        return this.#lockPlainly(instance, lock);
    }
  };

  async #lockPlainly(instance: Instance, resource: Resource): Promise<unknown> {
    const given = this.#plain.pop();
    if (given) {
      const [of, token] = given;
      const ask = { resource: of, holder: null, token, reason: 'stopped', detail: '', by: null } as const;
      return instance.outcome(new ReleaseLease(instance.context(), ask));
    }
    const holder = { kind: 'agent', id: `${this.name}-by-hand`, attempt: 1 } as const;
    const ask = { resource, holder, operation: 'lock', ttlMs, adoptsObligations: false };
    const outcome = await instance.outcome(new AcquireLease(instance.context(), ask));
    if (outcome.type === 'Granted') this.#plain.push([resource, outcome.hold.token]);
    return undefined;
  }

  /** What a person does, and what time does. */
  meddle = async (instance: Instance): Promise<unknown> => {
    const { chance } = this;
    const resource = chance.oneOf(locks);
    const by = { resource, operator, reason: 'it hangs' };
    const context = instance.context();
    switch (chance.below(5)) {
      case 0:
        return instance.outcome(new BreakLease(context, by));
      case 1:
        return instance.outcome(new ReserveLease(context, { ...by, displaces: chance.with(0.5) }));
      case 2:
        return instance.outcome(new LiftReservation(context, by));
      case 3:
        return resource.kind === 'task'
          ? instance.outcome(new RequeueTask(context, { queue, taskId: resource.name, operator, reason: 'again' }))
          : undefined;
      default:
        this.room.clock.pass(chance.oneOf([1_000, policy.repairGraceMs, 300_000]));
        return undefined;
    }
  };

  /** It looks every five seconds, and others have their turns in between; some of these looks are sweeps. */
  watch = async (instance: Instance): Promise<unknown> => {
    for (let looks = this.chance.oneOf([1, 8, 20]); looks > 0; looks -= 1) {
      await this.turns.turn();
      await this.room.lookOn(policy.monitorIntervalMs, instance.monitor);
    }
    return instance.locks.run();
  };
}

async function storm(seed: number) {
  const room = new Custody();
  const chance = new Chance(seed);
  const turns = new Interleaving(chance);
  const first = workOf(room.instance());
  for (const taskId of ['1', '2']) await first.queue(taskId);
  await first.queue('3', ['1']);
  await first.declare('one', 'two', 'three');
  const actor = (name: string) => new Actor(name, room, chance, turns);
  const actors = [actor('session-1'), actor('session-2'), actor('session-3')];
  const [meddler, watcher] = [actor('meddler'), actor('watcher')];
  await turns.run([
    ...actors.map((each) => each.act(12, each.work)),
    meddler.act(8, meddler.meddle),
    watcher.act(6, watcher.watch),
  ]);
  return { room, killed: [...actors, meddler, watcher].reduce((sum, { killed }) => sum + killed, 0) };
}

async function lawful(room: Custody, seed: number) {
  const events = await room.events();
  expect({ seed, broken: [...violationsOf(events), ...workViolationsOf(events)] }).toEqual({ seed, broken: [] });
  return events;
}

const seeds = Array.from({ length: 120 }, (_, index) => index + 1);

it('[A353, A354, A356, A397] whatever sessions, operators, deaths and silence do at once: one holder, no work twice, and nothing stays stuck', async () => {
  const seen = new Map<string, number>();
  const count = (what: string) => seen.set(what, (seen.get(what) ?? 0) + 1);
  for (const seed of seeds) {
    const { room, killed } = await storm(seed);
    for (let each = 0; each < killed; each += 1) count('killed');
    for (const { type } of await lawful(room, seed)) count(type);

    room.clock.pass(policy.repairGraceMs);
    const last = await room.up();
    for (const { type } of (await last.locks.run()).repaired) count(type);
    for (const { data } of await room.events()) if (typeof data['reason'] === 'string') count(data['reason']);
    expect({ seed, again: (await last.locks.run()).repaired }).toEqual({ seed, again: [] });
    const free: Resource[] = [];
    for (const lock of locks) {
      const { hold } = await room.lease(lock);
      const under = await last.work.claimedUnder(lock);
      if (!hold) free.push(lock);
      const isPlain = hold !== null && (isReservation(hold) || hold.operation === 'lock');
      // A session may claim what it has locked by hand: then it works under that lock.
      const expected = isPlain && under === null ? null : (hold?.token ?? null);
      expect({ seed, lock, under }).toEqual({ seed, lock, under: expected });
    }
    room.clock.pass(longestWaitMs);
    for (const lock of free) await claimable(room, seed, lock, count);

    await room.lookOn(policy.amnestyMs + ttlMs + 10_000, last.monitor);
    const kept = (await Promise.all(locks.map((lock) => room.lease(lock)))).filter(({ hold }) => hold);
    expect({ seed, kept: kept.filter(({ hold }) => hold && !isReservation(hold)) }).toEqual({ seed, kept: [] });
    await lawful(room, seed);
  }
  for (const what of [
    ...['killed', 'TaskClaimed', 'TaskCompleted', 'TaskFailed', 'TaskAbandoned', 'PhaseStarted', 'PhaseCompleted'],
    ...['PhaseAbandoned', 'LeaseExpired', 'LeaseBroken', 'LeaseReserved', 'claimed again', 'over'],
    ...['TellWork', 'claim_rolled_back', 'task_completed', 'stale_cleanup', 'preempted'],
  ]) {
    expect({ what, times: seen.get(what) ?? 0 }).not.toEqual({ what, times: 0 });
  }
}, 180_000);

/** What nobody holds can be claimed at once, unless the work itself says that it is over, or not due. */
async function claimable(room: Custody, seed: number, lock: Resource, count: (what: string) => void): Promise<void> {
  const instance = room.instance();
  const before = (await room.lease(lock)).lastToken;
  const token = await workOf(instance).claim(lock, 'the-next');
  if (token !== undefined) {
    expect({ seed, lock, token }).toEqual({ seed, lock, token: before + 1 });
    return count('claimed again');
  }
  const { hold } = await room.lease(lock);
  expect({ seed, lock, hold }).toEqual({ seed, lock, hold: null });
  expect({ seed, lock, standing: await instance.work.claimedUnder(lock) }).toEqual({ seed, lock, standing: null });
  expect({ seed, lock, mayWait: await isClosed(room, lock) }).toEqual({ seed, lock, mayWait: true });
  count('over');
}

/** Completed, poisoned, or not due yet because something else is to be done before. */
async function isClosed(room: Custody, { kind, name }: Resource): Promise<boolean> {
  const types = (of: string) => room.typesIn(of);
  if (kind === 'task') {
    const own = await types(`agenttask-${queue}.${name}`);
    const isPoisoned = own.findLast((type) => type === 'TaskPoisoned' || type === 'TaskRequeued') === 'TaskPoisoned';
    const waits = name === '3' && !(await types(`agenttask-${queue}.1`)).includes('TaskCompleted');
    return own.includes('TaskCompleted') || isPoisoned || waits;
  }
  const done = (await room.log.readForwards('flow-flow-1', { max: 1_000 }))
    .filter(({ type }) => type === 'PhaseCompleted')
    .map(({ data }) => data['phase']);
  const due = ['one', 'two', 'three'][done.length];
  return done.includes(name) || due !== name;
}
