import { knownOf, noteFor } from '../../../src/domain/operations/known.js';
import { nextStep, type Operation } from '../../../src/domain/operations/operation.js';
import { known, nowMs, sightOf, type Ship } from './sights.js';

const at = 'X1-A-A1';
const good = 'IRON_ORE';
const offers = [{ good, tradeVolume: 10 }];
const next = (operation: Operation, noted: number | null, ship: Ship, seen: object = { offers }) =>
  nextStep(operation, known({ noted: noted === null ? null : { good, units: noted } }), sightOf(ship, seen));
const docked = { at, status: 'DOCKED' } as const;
const act = (type: string, more: object = {}) => ({ type: 'act', action: { type, ...more } });

describe('a purchase', () => {
  const buying = { type: 'purchase', good, units: 15, waypoint: null } as const;

  it('first notes what is aboard: what it has to do is counted from there', () => {
    expect(next(buying, null, { ...docked, cargo: { [good]: 3 } })).toEqual({ type: 'note', good, units: 3 });
  });

  it('goes to its market, docks, looks at it, and buys as much at once as it takes', () => {
    const elsewhere = { ...buying, waypoint: 'X1-A-B2' };
    expect(next(elsewhere, 0, { at })).toEqual(act('navigate', { to: 'X1-A-B2' }));
    expect(next(buying, 0, { at })).toEqual(act('dock'));
    expect(next(buying, 0, docked, {})).toEqual({ type: 'look', at: 'offers' });
    expect(next(buying, 0, docked)).toEqual(act('purchase', { good, units: 10 }));
  });

  it('goes on from what is aboard, and is done when all of it is', () => {
    expect(next(buying, 3, { ...docked, cargo: { [good]: 13 } })).toEqual(act('purchase', { good, units: 5 }));
    expect(next(buying, 3, { ...docked, cargo: { [good]: 18 } })).toEqual({
      type: 'done',
      report: { good, bought: 15 },
    });
  });

  it('is blocked by a hold without room, and by a market without the good', () => {
    expect(next(buying, 0, { ...docked, cargo: { FUEL: 30 } })).toEqual({
      type: 'blocked',
      why: 'the hold of COOPER-2 takes 10 more units, not 15',
    });
    expect(next(buying, 0, docked, { offers: [] })).toEqual({
      type: 'blocked',
      why: 'IRON_ORE is not traded at X1-A-A1',
    });
  });
});

describe('a sale', () => {
  it('sells as many as it was told, or all', () => {
    const some = { type: 'sell', good, units: 4, waypoint: null } as const;
    expect(next(some, 12, { ...docked, cargo: { [good]: 12 } })).toEqual(act('sell', { good, units: 4 }));
    expect(next(some, 12, { ...docked, cargo: { [good]: 8 } })).toEqual({ type: 'done', report: { good, units: 4 } });
    const all = { ...some, units: null };
    expect(next(all, 12, { ...docked, cargo: { [good]: 12 } })).toEqual(act('sell', { good, units: 10 }));
    expect(next(all, 12, { ...docked, cargo: { [good]: 2 } })).toEqual(act('sell', { good, units: 2 }));
    expect(next(all, 12, docked)).toEqual({ type: 'done', report: { good, units: 12 } });
  });

  it('of more than is aboard is blocked before anything is sold', () => {
    const tooMuch = { type: 'sell', good, units: 20, waypoint: null } as const;
    expect(next(tooMuch, 12, { ...docked, cargo: { [good]: 12 } })).toEqual({
      type: 'blocked',
      why: 'COOPER-2 has 12 units of IRON_ORE, not 20',
    });
  });

  it('throws cargo away without a market, but not in flight', () => {
    const away = { type: 'jettison', good, units: null } as const;
    expect(next(away, 5, { at, cargo: { [good]: 5 } }, {})).toEqual(act('jettison', { good, units: 5 }));
    const flying = { at, status: 'IN_TRANSIT', arrivalMs: nowMs + 1, cargo: { [good]: 5 } } as const;
    expect(next(away, 5, flying, {})).toMatchObject({ type: 'wait' });
  });
});

describe('the note of what was aboard', () => {
  const container = { iteration: 0, progress: { visited: [], lastLap: null }, metadata: {} };
  const metadata = noteFor(container, good, 7);

  it('is read back in the iteration that it was written in', () => {
    expect(knownOf({ ...container, metadata }).noted).toEqual({ good, units: 7 });
  });

  it('is none in the next one, nor where iterations are counted anew', () => {
    const lastLap = { order: [], completedAtMs: nowMs };
    expect(knownOf({ ...container, metadata, iteration: 1 }).noted).toBeNull();
    expect(knownOf({ ...container, metadata, progress: { visited: [], lastLap } }).noted).toBeNull();
  });

  it('is none when it is something else', () => {
    expect(knownOf({ ...container, metadata: { aboard_at_start: 'much' } }).noted).toBeNull();
    expect(knownOf({ ...container, metadata: { aboard_at_start: { iteration: 0, since: null } } }).noted).toBeNull();
  });
});
