import fc from 'fast-check';
import type { Holder } from '../../../src/domain/lease/events.js';
import type { LeaseState } from '../../../src/domain/lease/lease.js';
import { leaseWalks, type LeaseCommand } from './walks.js';

type Asks = Record<string, unknown> & {
  holder: Holder;
  to: Holder;
  from: { id: string; token: number };
  token: number;
  operator: string;
  nowMs: number;
  lockDelayMs: number;
  deadlineMs: number;
  effectId: string;
  obligationId: string;
  adoptsObligations: boolean;
  displaces: boolean;
};

const who = ({ kind, id, attempt }: Holder) => `${kind} ${id} ${attempt}`;
const butForAttempt = ({ kind, id }: Pick<Holder, 'kind' | 'id'>) => `${kind} ${id}`;

/** The lease as a sailor would keep it on a slate: who has it, under which number, and what is owed. */
class Slate {
  last = 0;
  holder: Holder | null = null;
  lastHolder: Holder | null = null;
  freeFromMs = 0;
  gaveBack = false;
  readonly effects = new Map<string, number>();
  readonly cargo = new Set<string>();

  #give(holder: Holder) {
    this.last += 1;
    this.holder = this.lastHolder = holder;
    this.gaveBack = false;
    return 'Granted';
  }
  #take(freeFromMs: number) {
    this.holder = null;
    this.freeFromMs = Math.max(freeFromMs, ...this.effects.values());
    return 'Freed';
  }
  #isHolder = (token: number) => this.holder !== null && token === this.last;
  #notHolder = () => (this.lastHolder ? 'StaleToken' : 'NeverHeld');
  #taken = () => (this.holder?.kind === 'operator' ? 'ReservedByOperator' : 'HeldByAnother');

  ids() {
    return [...this.effects.keys(), ...this.cargo].sort();
  }

  hears(verb: string, ask: Asks): string {
    const has = this.holder;
    const open = (known: boolean, unknown: string) => (known ? 'Recorded' : unknown);
    switch (verb) {
      case 'acquire':
        if (has) return who(has) === who(ask.holder) ? 'Granted' : this.#taken();
        if (ask.nowMs < this.freeFromMs) return 'NotFreeYet';
        return this.cargo.size > 0 && !ask.adoptsObligations ? 'Laden' : this.#give(ask.holder);
      case 'release':
        if (!has) return !this.lastHolder ? 'NeverHeld' : ask.token > this.last ? 'StaleToken' : 'Freed';
        if (ask.token !== this.last || butForAttempt(has) !== butForAttempt(ask.holder)) return 'StaleToken';
        if (this.cargo.size > 0) return 'Laden';
        this.gaveBack = true;
        return this.#take(0);
      case 'hand over': {
        if (has && who(has) === who(ask.to)) return 'Granted';
        if (!this.lastHolder) return 'NeverHeld';
        if (has && (has.kind === 'operator' || has.id !== ask.from.id)) return this.#taken();
        if (this.lastHolder.id !== ask.from.id || ask.from.token !== this.last) return 'StaleToken';
        if (has && butForAttempt(has) === butForAttempt(ask.to) && ask.to.attempt <= has.attempt) return 'StaleToken';
        if (!has && !this.gaveBack) return 'StaleToken';
        return !has && ask.nowMs < this.freeFromMs ? 'NotFreeYet' : this.#give(ask.to);
      }
      case 'reserve':
        if (has?.kind === 'operator' && has.id === ask.operator) return 'Reserved';
        if (has && (has.kind === 'operator' || !ask.displaces)) return this.#taken();
        this.#give({ kind: 'operator', id: ask.operator, attempt: 1 });
        return 'Reserved';
      case 'lift':
        return has?.kind === 'operator' ? this.#take(0) : 'NothingToDo';
      case 'break':
        return has && has.kind !== 'operator' ? this.#take(ask.nowMs + ask.lockDelayMs) : 'NothingToDo';
      case 'expire':
        if (!has || has.kind === 'operator' || ask.token !== this.last) return 'NothingToDo';
        return this.#take(ask.nowMs + ask.lockDelayMs);
      case 'intend':
        if (!this.#isHolder(ask.token)) return this.#notHolder();
        if (this.effects.has(ask.effectId)) return 'Recorded';
        if (ask.deadlineMs <= ask.nowMs) return 'DeadlinePassed';
        this.effects.set(ask.effectId, ask.deadlineMs);
        return 'Recorded';
      case 'observe':
        return this.#isHolder(ask.token) ? open(this.effects.delete(ask.effectId), 'UnknownEffect') : this.#notHolder();
      case 'incur':
        return this.#isHolder(ask.token) ? open(!!this.cargo.add(ask.obligationId), '') : this.#notHolder();
      case 'settle':
        if (!this.#isHolder(ask.token)) return this.#notHolder();
        return open(this.cargo.delete(ask.obligationId), 'UnknownObligation');
      default:
        return open(this.cargo.delete(ask.obligationId), 'UnknownObligation');
    }
  }
}

const idsOf = ({ effects, obligations }: LeaseState) =>
  [...effects.map(({ effectId }) => effectId), ...obligations.map(({ obligationId }) => obligationId)].sort();

describe('a lease, beside a slate that keeps the same custody in plain words', () => {
  it('answers every command alike, and always says the same of who holds it, under which token, and what is owed', () => {
    fc.assert(
      fc.property(leaseWalks, (steps) => {
        const slate = new Slate();
        const says: unknown[] = [];
        const expected: unknown[] = [];
        for (const { command, outcome, after } of steps) {
          const { verb, ask }: Pick<LeaseCommand, 'verb' | 'ask'> = command;
          const told = slate.hears(verb, ask as unknown as Asks);
          says.push([verb, outcome.type, after.hold?.holder, after.lastToken, idsOf(after)]);
          expected.push([verb, told, slate.holder ?? undefined, slate.last, slate.ids()]);
        }
        expect(says).toEqual(expected);
      }),
      { numRuns: 400 },
    );
  });

  it('is walked through every answer that there is', () => {
    const answers = new Set<string>();
    for (const steps of fc.sample(leaseWalks, { numRuns: 1_000, seed: 7 })) {
      for (const { command, outcome, events } of steps)
        answers.add(`${command.verb}: ${outcome.type} ${events.length}`);
    }
    expect([...answers].sort()).toEqual([
      'acquire: Granted 0',
      'acquire: Granted 1',
      'acquire: HeldByAnother 0',
      'acquire: Laden 0',
      'acquire: NotFreeYet 0',
      'acquire: ReservedByOperator 0',
      'break: Freed 1',
      'break: NothingToDo 0',
      'expire: Freed 1',
      'expire: NothingToDo 0',
      'hand over: Granted 0',
      'hand over: Granted 1',
      'hand over: HeldByAnother 0',
      'hand over: NeverHeld 0',
      'hand over: ReservedByOperator 0',
      'hand over: StaleToken 0',
      'incur: NeverHeld 0',
      'incur: Recorded 0',
      'incur: Recorded 1',
      'incur: StaleToken 0',
      'intend: DeadlinePassed 0',
      'intend: NeverHeld 0',
      'intend: Recorded 0',
      'intend: Recorded 1',
      'intend: StaleToken 0',
      'lift: Freed 1',
      'lift: NothingToDo 0',
      'observe: NeverHeld 0',
      'observe: Recorded 1',
      'observe: StaleToken 0',
      'observe: UnknownEffect 0',
      'release: Freed 0',
      'release: Freed 1',
      'release: Laden 0',
      'release: NeverHeld 0',
      'release: StaleToken 0',
      'reserve: HeldByAnother 0',
      'reserve: Reserved 0',
      'reserve: Reserved 1',
      'reserve: ReservedByOperator 0',
      'settle: NeverHeld 0',
      'settle: Recorded 1',
      'settle: StaleToken 0',
      'settle: UnknownObligation 0',
      'write off: Recorded 1',
      'write off: UnknownObligation 0',
    ]);
  });
});
