import fc from 'fast-check';
import type { LeaseEvent } from '../../../src/domain/lease/events.js';
import { isReservation, lease } from '../../../src/domain/lease/lease.js';
import { fold } from '../../support/fold.js';
import { frozen, historyOf, newestChapter, withoutTimeOrChance } from '../laws.js';
import { commandFor, leaseWalk, leaseWalks, specs } from './walks.js';

type NewHold = Extract<LeaseEvent, { readonly type: 'LeaseGranted' | 'LeaseHandedOver' | 'LeaseReserved' }>;
const isNewHold = (event: LeaseEvent): event is NewHold =>
  event.type === 'LeaseGranted' || event.type === 'LeaseHandedOver' || event.type === 'LeaseReserved';
const runs = { numRuns: 200 };

describe('over any commands, in any order, a lease', () => {
  it('writes nothing more when the same command comes twice', () => {
    fc.assert(
      fc.property(leaseWalks, (steps) => {
        for (const { command, after } of steps) expect(command.decide(after).events).toEqual([]);
      }),
      runs,
    );
  });

  it('[A239] gives strictly rising tokens, one higher each time, and none twice', () => {
    fc.assert(
      fc.property(leaseWalks, (steps) => {
        const tokens = historyOf(steps)
          .filter(isNewHold)
          .map(({ token }) => token);
        expect(tokens).toEqual(tokens.map((_, index) => index + 1));
      }),
      runs,
    );
  });

  it('[A014] has one holder at most: each grant finds it free, or takes it from the one who has it, who is named', () => {
    fc.assert(
      fc.property(leaseWalks, (steps) => {
        let holding: number | undefined;
        for (const event of historyOf(steps)) {
          if (event.type === 'LeaseGranted') expect(holding).toBeUndefined();
          if (event.type === 'LeaseHandedOver' && holding !== undefined) expect(event.from.token).toBe(holding);
          if (event.type === 'LeaseReserved') expect(event.displaced?.token).toBe(holding);
          if (isNewHold(event)) holding = event.token;
          else if (event.type === 'LeaseReleased' || event.type === 'LeaseExpired' || event.type === 'LeaseBroken') {
            expect(event.token).toBe(holding);
            holding = undefined;
          }
        }
      }),
      runs,
    );
  });

  it('[A241] is never changed under a stale token', () => {
    fc.assert(
      fc.property(leaseWalks, (steps) => {
        for (const { command, before, events } of steps) {
          if (command.verb === 'write off') continue;
          const { token = command.ask.from?.token } = command.ask;
          const inForce = (before.hold ?? (command.verb === 'hand over' ? before.previous : null))?.token;
          if (token !== undefined && token !== inForce) expect(events).toEqual([]);
        }
      }),
      runs,
    );
  });

  it('[A231] keeps a reservation until it is lifted', () => {
    fc.assert(
      fc.property(leaseWalks, (steps) => {
        for (const { command, before, after } of steps) {
          if (before.hold && isReservation(before.hold) && command.verb !== 'lift')
            expect(after.hold).toEqual(before.hold);
        }
      }),
      runs,
    );
  });

  it('loses no cargo and no open effect but by the word that closes it', () => {
    fc.assert(
      fc.property(leaseWalks, (steps) => {
        for (const { before, after, events } of steps) {
          const closed = events.map((event) =>
            event.type === 'ObligationSettled'
              ? event.obligationId
              : event.type === 'EffectObserved'
                ? event.effectId
                : '',
          );
          for (const each of before.obligations) {
            if (!closed.includes(each.obligationId)) expect(after.obligations).toContainEqual(each);
          }
          for (const each of before.effects)
            if (!closed.includes(each.effectId)) expect(after.effects).toContainEqual(each);
        }
      }),
      runs,
    );
  });

  it('goes to nobody while an effect of somebody before may still land, nor before the lock delay is over', () => {
    fc.assert(
      fc.property(leaseWalks, (steps) => {
        for (const { before, events } of steps) {
          for (const event of events.filter(isNewHold)) {
            if (event.type === 'LeaseReserved' || before.hold) continue;
            expect(event.atMs).toBeGreaterThanOrEqual(before.freeFromMs);
            for (const { deadlineMs } of event.inherited.effects) expect(event.atMs).toBeGreaterThanOrEqual(deadlineMs);
          }
        }
      }),
      runs,
    );
  });

  it('takes any further command in any state that it comes to, and knows its refusals', () => {
    fc.assert(
      fc.property(leaseWalks, specs, (steps, further) => {
        for (const { after } of steps.slice(-3)) {
          for (const spec of further) expect(typeof commandFor(spec, after).decide(after).outcome.type).toBe('string');
        }
      }),
      { numRuns: 50 },
    );
  });

  it('decides by nothing but what it is given, and changes nothing of that', () => {
    fc.assert(
      fc.property(specs, (list) => {
        const once = withoutTimeOrChance(() => leaseWalk(list));
        expect(leaseWalk(list).map(({ outcome, events }) => ({ outcome, events }))).toEqual(
          once.map(({ outcome, events }) => ({ outcome, events })),
        );
      }),
      runs,
    );
  });

  it('writes events that are the same after JSON', () => {
    fc.assert(
      fc.property(leaseWalks, (steps) => {
        const history = historyOf(steps);
        expect(JSON.parse(JSON.stringify(history))).toStrictEqual(history);
      }),
      runs,
    );
  });
});

describe('the chapters of a lease', () => {
  it('hold all that came before: folded from the newest one, any prefix gives the state it gives from the start', () => {
    fc.assert(
      fc.property(leaseWalks, (steps) => {
        const history = frozen(historyOf(steps));
        for (let length = 1; length <= history.length; length++) {
          const prefix = history.slice(0, length);
          expect(fold(lease, newestChapter(lease, prefix))).toStrictEqual(fold(lease, prefix));
        }
      }),
      { numRuns: 100 },
    );
  });

  it('may be opened anew at any point, and nothing is decided otherwise after it', () => {
    fc.assert(
      fc.property(specs, fc.nat(), (list, at) => {
        const steps = leaseWalk(list);
        const { after } = steps[at % Math.max(1, steps.length)] ?? { after: lease.initial };
        const chapter = lease.chapterOf(after, 5);
        if (!chapter) return expect(after).toEqual(lease.initial);
        expect(lease.opensChapter(chapter)).toBe(true);
        const anew = lease.evolve(lease.initial, JSON.parse(JSON.stringify(chapter)) as LeaseEvent);
        expect(anew).toStrictEqual(after);
        for (const spec of list)
          expect(commandFor(spec, anew).decide(anew)).toEqual(commandFor(spec, after).decide(after));
      }),
      { numRuns: 100 },
    );
  });
});
