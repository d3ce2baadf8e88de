import type { RecordedEvent } from '../../src/application/ports/event-store.js';
import { isFinished, isStopping } from '../../src/domain/container/container.js';
import { Custody, policy } from '../support/custody.js';
import { violationsOf } from '../support/invariants.js';
import { Killed, MortalStore, type Death } from '../support/mortal-store.js';
import { cases, type Case } from './custody-commands.js';

interface Scene {
  readonly room: Custody;
  readonly store: MortalStore;
  readonly writtenBefore: number;
  /** Asks the command of the instance that may die. */
  ask(): Promise<{ readonly type: string }>;
  /** The same command, word for word, of another instance. */
  askAgain(): Promise<{ readonly type: string }>;
}

async function sceneOf({ given, command }: Case): Promise<Scene> {
  const room = new Custody();
  const token = (await given?.(room.instance(), room)) ?? 0;
  const store = new MortalStore(room.log);
  const instance = room.instance({ store });
  const name = 'the-command';
  return {
    room,
    store,
    writtenBefore: (await room.events()).length,
    ask: () => instance.outcome(command(instance.context(name), token)),
    askAgain: () => {
      const another = room.instance();
      return another.outcome(command(another.context(name), token));
    },
  };
}

/** Every way in which the instance can die in the command: before each call, and after each append. */
async function deathsIn(one: Case): Promise<readonly Death[]> {
  const { ask, store } = await sceneOf(one);
  await ask();
  return store.calls.flatMap(({ verb }, index) => {
    const at = index + 1;
    return verb === 'append'
      ? [
          { at, done: false },
          { at, done: true },
        ]
      : [{ at, done: false }];
  });
}

async function dying(one: Case, death: Death): Promise<Scene> {
  const scene = await sceneOf(one);
  scene.store.dieIn(death);
  await expect(scene.ask()).rejects.toThrow(Killed);
  return scene;
}

const textOf = ({ at, done }: Death) => `${done ? 'after' : 'before'} call ${at}`;

/** Instants differ where a part was written only by the repeat. */
function withoutInstants(outcome: unknown): unknown {
  return JSON.parse(JSON.stringify(outcome), (_key, value: unknown) =>
    typeof value === 'number' && value > 1e12 ? 'an instant' : value,
  );
}

/** What the log says of leases and live containers does not agree, or is half made. */
async function halfMade(room: Custody): Promise<readonly string[]> {
  const found: string[] = [];
  for (const { assignment, container, ship } of await room.holds()) {
    if (!assignment) {
      if (ship !== null && container?.status !== 'INTERRUPTED') found.push(`${container?.containerId} lacks ${ship}`);
      continue;
    }
    if (assignment.holder?.kind !== 'container') continue;
    const holder = await room.container(assignment.holder.id);
    const known = holder?.leases.find((lease) => lease.ship === assignment.ship);
    if (!holder) found.push(`${assignment.ship} is held by nobody that exists`);
    else if (isFinished(holder) || isStopping(holder)) {
      if (assignment.obligations.length === 0) found.push(`${assignment.ship} is held by one that is ${holder.status}`);
    } else if (known?.token !== assignment.token && holder.status !== 'INTERRUPTED') {
      // An interrupted one keeps what it has, for this attempt or the next, until the monitor finds it silent.
      found.push(`${assignment.ship} is held for an attempt not begun`);
    }
  }
  return found;
}

describe.each(Object.entries(cases))('a process that dies in: %s', (_name, one) => {
  let deaths: readonly Death[];
  let first: { readonly type: string };
  let events: readonly RecordedEvent[];
  beforeAll(async () => {
    deaths = await deathsIn(one);
    const scene = await sceneOf(one);
    first = await scene.ask();
    events = await scene.room.events();
  });

  it('answers when it does not die, and breaks no law', () => {
    expect(first.type).toBe(one.answers);
    expect(violationsOf(events)).toEqual([]);
    expect(deaths.length).toBeGreaterThan(0);
  });

  it('leaves a log that breaks no law at any point of it', async () => {
    for (const death of deaths) {
      const { room } = await dying(one, death);
      expect({ death: textOf(death), broken: violationsOf(await room.events()) }).toEqual({
        death: textOf(death),
        broken: [],
      });
    }
  });

  it('is completed by a repeat, with the same answer and the same end', async () => {
    const end = finalOf(events);
    for (const death of deaths) {
      const { room, askAgain } = await dying(one, death);
      room.clock.pass(3_000);
      const again = await askAgain();
      const all = await room.events();
      expect({ death: textOf(death), again: withoutInstants(again) }).toEqual({
        death: textOf(death),
        again: withoutInstants(first),
      });
      expect({ death: textOf(death), broken: violationsOf(all) }).toEqual({ death: textOf(death), broken: [] });
      expect({ death: textOf(death), end: finalOf(all) }).toEqual({ death: textOf(death), end });
    }
  });

  it('answers a repeat of what was done already word for word, and writes nothing', async () => {
    const { room, ask, askAgain } = await sceneOf(one);
    const answer = await ask();
    const before = await room.events();
    room.clock.pass(3_000);
    const again = await askAgain();
    if (before.length > (await sceneOf(one)).writtenBefore && first.type !== 'HeldByAnother') {
      expect(again).toEqual(answer);
      expect(await room.events()).toEqual(before);
    } else {
      expect(withoutInstants(again)).toEqual(withoutInstants(answer));
    }
  });

  it('[A041, A077, A227] is put right by the sweep within two runs after the grace, and a third does nothing', async () => {
    for (const death of deaths) {
      const { room } = await dying(one, death);
      const { sweep } = await room.up();
      const early = await sweep.run(false);
      const named = { death: textOf(death) };
      expect({
        ...named,
        early: early.repaired.map(({ type }) => type).filter((type) => type !== 'ReleaseEnded'),
      }).toEqual({
        ...named,
        early: [],
      });
      room.clock.pass(Math.max(policy.repairGraceMs, policy.stopGraceMs) + 1);
      await sweep.run(false);
      await sweep.run(false);
      expect({ ...named, halfMade: await halfMade(room) }).toEqual({ ...named, halfMade: [] });
      const before = await room.events();
      const third = await sweep.run(false);
      expect({ ...named, third: third.repaired, written: (await room.events()).length - before.length }).toEqual({
        ...named,
        third: [],
        written: 0,
      });
      expect({ ...named, broken: violationsOf(await room.events()) }).toEqual({ ...named, broken: [] });
    }
  });
});

/** How each container and ship ended up, without times and names of commands. */
function finalOf(events: readonly RecordedEvent[]): unknown {
  const last = new Map<string, unknown>();
  for (const { stream, type } of events) last.set(stream, type);
  return Object.fromEntries([...last].sort());
}
