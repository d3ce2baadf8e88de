import { mayHarmLate, probeOf, stillToIncur, resultOf, type CargoProbe } from '../../../src/domain/operations/probe.js';
import type { Action } from '../../../src/domain/operations/step.js';
import { nowMs, shipAt, type Ship } from './sights.js';

const at = 'X1-A-A1';
const good = 'IRON_ORE';

/** Before an action, after it, and whether it may land late and do harm. */
const cases: readonly (readonly [Action, Ship, Ship, boolean])[] = [
  [{ type: 'orbit' }, { at, status: 'DOCKED' }, { at }, false],
  [{ type: 'dock' }, { at }, { at, status: 'DOCKED' }, false],
  [{ type: 'flight-mode', mode: 'DRIFT' }, { at }, { at, mode: 'DRIFT' }, false],
  [{ type: 'refuel' }, { at, fuel: [10, 100] }, { at, fuel: [100, 100] }, true],
  [{ type: 'purchase', good, units: 5 }, { at, cargo: { [good]: 2 } }, { at, cargo: { [good]: 7 } }, true],
  [{ type: 'sell', good, units: 5 }, { at, cargo: { [good]: 5 } }, { at }, true],
  [{ type: 'jettison', good, units: 5 }, { at, cargo: { [good]: 7 } }, { at, cargo: { [good]: 2 } }, true],
  [
    { type: 'navigate', to: 'X1-A-B2' },
    { at },
    { at: 'X1-A-B2', status: 'IN_TRANSIT', arrivalMs: nowMs + 90_000 },
    true,
  ],
];

describe.each(cases)('the probe of %j', (action, before, after, harms) => {
  const probe = probeOf(action, shipAt(before), 'effect-1', []);

  it('tells by the ship alone whether it happened', () => {
    expect(resultOf(probe, shipAt(before))).toBe('not-seen');
    expect(resultOf(probe, shipAt(after))).toBe('happened');
  });

  it('says whether it matters that it might still happen', () => {
    expect(mayHarmLate(probe)).toBe(harms);
  });
});

it('a flight has happened also when it is over', () => {
  const probe = probeOf({ type: 'navigate', to: 'X1-A-B2' }, shipAt({ at }), 'effect-1', []);
  expect(resultOf(probe, shipAt({ at: 'X1-A-B2' }))).toBe('happened');
});

it('a hold that is neither as before nor as after tells too little', () => {
  const probe = probeOf({ type: 'sell', good, units: 5 }, shipAt({ at, cargo: { [good]: 9 } }), 'effect-1', []);
  expect(resultOf(probe, shipAt({ at, cargo: { [good]: 7 } }))).toBe('ambiguous');
});

describe('what a trade means for what the ship owes', () => {
  const owed = (obligationId: string, units: number, of = good) => ({ obligationId, good: of, units, sinceMs: nowMs });
  const selling = (units: number) => ({ type: 'sell', good, units }) as const;
  const laden = shipAt({ at, cargo: { [good]: 30 } });

  it('a purchase is owed under the name of its effect', () => {
    expect(probeOf({ type: 'purchase', good, units: 5 }, laden, 'effect-1', [])).toMatchObject({
      incurs: { obligationId: 'effect-1', units: 5 },
      settles: [],
    });
  });

  it('a sale settles the oldest first, and owes anew what it leaves of one', () => {
    const obligations = [owed('o1', 3), owed('x', 9, 'FUEL'), owed('o2', 10), owed('o3', 4)];
    expect(probeOf(selling(5), laden, 'effect-1', obligations)).toMatchObject({
      settles: ['o1', 'o2'],
      incurs: { obligationId: 'effect-1', units: 8 },
    });
    expect(probeOf(selling(13), laden, 'effect-1', obligations)).toMatchObject({ settles: ['o1', 'o2'], incurs: null });
  });

  it('a sale of what nobody owed settles nothing', () => {
    expect(probeOf(selling(5), laden, 'effect-1', [owed('x', 9, 'FUEL')])).toMatchObject({ settles: [], incurs: null });
  });
});

describe('what the ship owes for a trade that nobody saw the end of', () => {
  const owed = (obligationId: string, units: number, of = good) => ({ obligationId, good: of, units, sinceMs: 0 });
  const bought = probeOf({ type: 'purchase', good, units: 5 }, shipAt({ at }), 'effect-1', []) as CargoProbe;
  const laden = (units: number) => shipAt({ at, cargo: { [good]: units } });

  it('is all of it where nothing is on record', () => {
    expect(stillToIncur(bought, laden(5), [])).toEqual({ obligationId: 'effect-1', units: 5 });
    expect(stillToIncur(bought, laden(5), [owed('other', 9, 'FUEL')])).toEqual({ obligationId: 'effect-1', units: 5 });
  });

  it('is only what somebody who found the cargo aboard has not put down already', () => {
    expect(stillToIncur(bought, laden(5), [owed('liquidate-IRON_ORE', 5)])).toBeNull();
    expect(stillToIncur(bought, laden(7), [owed('earlier', 2)])).toEqual({ obligationId: 'effect-1', units: 5 });
    expect(stillToIncur(bought, laden(7), [owed('earlier', 4)])).toEqual({ obligationId: 'effect-1', units: 3 });
  });

  it('stays as it was put down for this very trade', () => {
    expect(stillToIncur(bought, laden(5), [owed('effect-1', 5)])).toEqual({ obligationId: 'effect-1', units: 5 });
  });

  it('is the rest of what a sale met in part', () => {
    const before = [owed('first', 4), owed('second', 6)];
    const sold = probeOf({ type: 'sell', good, units: 6 }, laden(10), 'effect-1', before) as CargoProbe;
    expect(stillToIncur(sold, laden(4), before)).toEqual({ obligationId: 'effect-1', units: 4 });
  });
});
