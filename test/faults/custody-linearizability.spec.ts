import { AcquireLease } from '../../src/application/leases/acquire-lease.js';
import { decideLease } from '../../src/application/leases/decide-lease.js';
import { ReleaseLease } from '../../src/application/leases/release-lease.js';
import type { EventStore } from '../../src/application/ports/event-store.js';
import { expire } from '../../src/domain/lease/taking-away.js';
import { lease } from '../../src/domain/lease/lease.js';
import { leaseStream } from '../../src/domain/lease/resource.js';
import { acquiring, Custody, ship, type Instance } from '../support/custody.js';
import { Chance, Interleaving } from '../support/interleaving.js';
import { isLinearizable, type Call, type Sequential } from '../support/linearizability.js';
import { Killed, MortalStore } from '../support/mortal-store.js';

/** A lease as one would write it down in one line: who has it, and the last token. */
interface Register {
  readonly holder: string | null;
  readonly token: number;
}

type Answer = { readonly done: boolean; readonly holder?: string | null; readonly token?: number };

interface Op {
  readonly verb: 'acquire' | 'release' | 'expire' | 'look';
  readonly who: string;
  readonly token: number;
  /** Undefined: nobody knows. */
  readonly answer: Answer | undefined;
}

const register: Sequential<Register, Op> = {
  initial: { holder: null, token: 0 },
  step(state, { verb, who, token, answer }) {
    if (verb === 'look') {
      return !answer || (answer.holder === state.holder && answer.token === state.token) ? state : undefined;
    }
    if (verb === 'acquire') {
      const granted =
        state.holder === who ? state : state.holder === null ? { holder: who, token: state.token + 1 } : undefined;
      if (!answer) return granted ?? state;
      if (!answer.done) return granted ? undefined : state;
      return granted?.token === answer.token ? granted : undefined;
    }
    const isIts = state.token === token && (verb === 'expire' ? state.holder !== null : state.holder === who);
    if (answer && answer.done !== isIts) return undefined;
    return isIts ? { ...state, holder: null } : state;
  },
  keyOf: ({ holder, token }) => `${holder} ${token}`,
};

const one = ship('SHIP-1');

async function ask(instance: Instance, verb: Op['verb'], who: string, token: number): Promise<Answer> {
  switch (verb) {
    case 'acquire': {
      const outcome = await instance.outcome(new AcquireLease(instance.context(), acquiring('SHIP-1', who)));
      return outcome.type === 'Granted' ? { done: true, token: outcome.hold.token } : { done: false };
    }
    case 'release': {
      const holder = { kind: 'agent', id: who } as const;
      const give = { resource: one, holder, token, reason: 'completed', detail: '', by: null } as const;
      const outcome = await instance.outcome(new ReleaseLease(instance.context(), give));
      return { done: outcome.type === 'Freed' && !outcome.already };
    }
    case 'expire': {
      const evidence = { silentForMs: 1, ttlMs: 0, lastBeat: null, observedRevision: '0', monitor: 'test' };
      const { outcome } = await decideLease(instance.decisions, instance.context(), one, (state, nowMs) =>
        expire({ resource: one, token, evidence, lockDelayMs: 0, nowMs }, state),
      );
      return { done: outcome.type === 'Freed' };
    }
    case 'look': {
      const { state } = await instance.decisions.current(lease, leaseStream(one));
      return { done: true, holder: state.hold?.holder.id ?? null, token: state.lastToken };
    }
    default:
      return verb satisfies never;
  }
}

/** Six clients of one ship, over two instances that die now and then: what they asked, when, and what they were told. */
async function historyOf(seed: number, throughBug?: (log: EventStore) => EventStore): Promise<readonly Call<Op>[]> {
  const chance = new Chance(seed);
  const room = new Custody();
  const turns = new Interleaving(chance);
  const calls: Call<Op>[] = [];
  let moment = 0;
  let deathsLeft = 2;
  const opened = () => {
    const store = new MortalStore(throughBug ? throughBug(room.log) : room.log);
    store.before = () => turns.turn();
    return { store, instance: room.instance({ store, rules: { chapterLength: 3, attempts: 500 } }) };
  };
  const instances = [opened(), opened()];
  const client = async (who: string) => {
    let known = 0;
    for (let i = 0; i < 12; i++) {
      const verb = chance.oneOf(['acquire', 'acquire', 'release', 'release', 'expire', 'look'] as const);
      const at = chance.below(2);
      const { store, instance } = instances[at]!;
      if (deathsLeft > 0 && chance.with(0.1)) {
        deathsLeft -= 1;
        store.dieIn({ at: 1 + chance.below(3), done: chance.with(0.7) });
      }
      const token = known;
      const called = ++moment;
      let answer: Answer | undefined;
      try {
        answer = await ask(instance, verb, who, token);
        if (answer.token !== undefined) known = answer.token;
      } catch (error) {
        if (!(error instanceof Killed)) throw error;
        if (instances[at]?.store === store) instances[at] = opened();
      }
      calls.push({ called, answered: answer ? ++moment : Infinity, op: { verb, who, token, answer } });
    }
  };
  await turns.run(['a', 'b', 'c', 'd', 'e', 'f'].map(client));
  return calls;
}

describe('[F10, F15] what clients of one ship are told, over two instances that crash', () => {
  it('is what one lease could have told them one after the other', async () => {
    let unknown = 0;
    let granted = 0;
    for (let seed = 1; seed <= 150; seed++) {
      const history = await historyOf(seed);
      expect({ seed, isLinearizable: isLinearizable(history, register) }).toEqual({ seed, isLinearizable: true });
      unknown += history.filter(({ op }) => !op.answer).length;
      granted += history.filter(({ op }) => op.verb === 'acquire' && op.answer?.done).length;
    }
    expect(unknown).toBeGreaterThan(150);
    expect(granted).toBeGreaterThan(600);
  }, 120_000);

  it('is not, where an append is tried again at whatever revision there is', async () => {
    const found: number[] = [];
    for (let seed = 1; seed <= 60; seed++) {
      const history = await historyOf(seed, (log) =>
        Object.assign(Object.create(log) as EventStore, {
          append: async (...[stream, expected, events]: Parameters<EventStore['append']>) => {
            const first = await log.append(stream, expected, events);
            if (first.type === 'Appended') return first;
            const [newest] = await log.readBackwards(stream, { max: 1 });
            return log.append(stream, newest?.revision ?? 'none', events);
          },
          readBackwards: log.readBackwards.bind(log),
          readForwards: log.readForwards.bind(log),
        }),
      );
      if (!isLinearizable(history, register)) found.push(seed);
    }
    expect(found.length).toBeGreaterThan(5);
  }, 60_000);
});

describe('the checker', () => {
  const call = (called: number, answered: number, verb: Op['verb'], who: string, token: number, answer?: Answer) => ({
    called,
    answered,
    op: { verb, who, token, answer },
  });
  const granted = (token: number): Answer => ({ done: true, token });

  it.each<[string, readonly Call<Op>[], boolean]>([
    ['nothing', [], true],
    [
      'two at once of whom one has it',
      [call(1, 4, 'acquire', 'a', 0, granted(1)), call(2, 3, 'acquire', 'b', 0, { done: false })],
      true,
    ],
    ['two that have it', [call(1, 4, 'acquire', 'a', 0, granted(1)), call(2, 3, 'acquire', 'b', 0, granted(2))], false],
    [
      'a refusal before anybody asked',
      [call(1, 2, 'acquire', 'a', 0, { done: false }), call(3, 4, 'acquire', 'b', 0, granted(1))],
      false,
    ],
    [
      'a refusal that only an unknown outcome explains',
      [call(1, Infinity, 'acquire', 'a', 0), call(2, 3, 'acquire', 'b', 0, { done: false })],
      true,
    ],
    [
      'an unknown outcome that did not happen',
      [call(1, Infinity, 'acquire', 'a', 0), call(2, 3, 'acquire', 'b', 0, granted(1))],
      true,
    ],
    [
      'an effect before its cause',
      [call(1, 2, 'acquire', 'b', 0, { done: false }), call(3, Infinity, 'acquire', 'a', 0)],
      false,
    ],
    [
      'a token given twice',
      [
        call(1, 2, 'acquire', 'a', 0, granted(1)),
        call(3, 4, 'release', 'a', 1, { done: true }),
        call(5, 6, 'acquire', 'b', 0, granted(1)),
      ],
      false,
    ],
    [
      'a look at what has gone',
      [
        call(1, 2, 'acquire', 'a', 0, granted(1)),
        call(3, 4, 'expire', 'm', 1, { done: true }),
        call(5, 6, 'look', 'b', 0, { done: true, holder: 'a', token: 1 }),
      ],
      false,
    ],
  ])('judges %s', (_what, history, expected) => {
    expect(isLinearizable(history, register)).toBe(expected);
  });
});
