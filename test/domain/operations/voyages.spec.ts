import { nextStep, type Operation } from '../../../src/domain/operations/operation.js';
import { known, nowMs, sightOf, type Ship } from './sights.js';

const at = 'X1-A-A1';
const to = 'X1-A-B2';
const next = (operation: Operation, ship: Ship) => nextStep(operation, known(), sightOf(ship));
const act = (type: string, more: object = {}) => ({ type: 'act', action: { type, ...more } });
const inFlight = { at, status: 'IN_TRANSIT', arrivalMs: nowMs + 7_000 } as const;

describe('simple operations', () => {
  it('navigate: casts off, flies, is done there', () => {
    const operation = { type: 'navigate', destination: to } as const;
    expect(next(operation, { at, status: 'DOCKED' })).toEqual(act('orbit'));
    expect(next(operation, { at })).toEqual(act('navigate', { to }));
    expect(next(operation, { at: to })).toEqual({ type: 'done', report: { at: to } });
  });

  it('navigate: a flight elsewhere is flown to its end first', () => {
    const operation = { type: 'navigate', destination: to } as const;
    expect(next(operation, inFlight)).toMatchObject({ type: 'wait', untilMs: nowMs + 7_000 });
  });

  it('dock and orbit: are done when it is so, and wait for a landing', () => {
    expect(next({ type: 'dock' }, { at })).toEqual(act('dock'));
    expect(next({ type: 'dock' }, { at, status: 'DOCKED' })).toEqual({ type: 'done', report: { at } });
    expect(next({ type: 'orbit' }, { at, status: 'DOCKED' })).toEqual(act('orbit'));
    expect(next({ type: 'orbit' }, { at })).toEqual({ type: 'done', report: { at } });
    expect(next({ type: 'dock' }, inFlight)).toMatchObject({ type: 'wait' });
    expect(next({ type: 'orbit' }, inFlight)).toMatchObject({ type: 'wait' });
  });

  it('refuel: docks and fills the tank, here or where it was told to', () => {
    const here = { type: 'refuel', waypoint: null } as const;
    expect(next(here, { at, fuel: [10, 100] })).toEqual(act('dock'));
    expect(next(here, { at, status: 'DOCKED', fuel: [10, 100] })).toEqual(act('refuel'));
    expect(next(here, { at, status: 'DOCKED', fuel: [100, 100] })).toEqual({ type: 'done', report: { fuel: 100 } });
    expect(next(here, { at })).toEqual({ type: 'done', report: { fuel: 0 } });
    expect(next({ type: 'refuel', waypoint: to }, { at })).toEqual(act('navigate', { to }));
  });
});
