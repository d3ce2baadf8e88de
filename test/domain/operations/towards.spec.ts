import { fuelFor, legTowards } from '../../../src/domain/operations/route.js';
import { towards } from '../../../src/domain/operations/towards.js';
import { nowMs, places, shipAt, sightOf, type Ship } from './sights.js';

const [a, b, d, far] = ['X1-A-A1', 'X1-A-B2', 'X1-A-D4', 'X1-A-Z9'];
const leg = (ship: Ship, to: string) => legTowards(shipAt(ship), to, places);

describe('the way to a waypoint', () => {
  it('is over when the ship is there, and waits while it flies', () => {
    expect(towards(sightOf({ at: b, status: 'DOCKED' }), b)).toBeUndefined();
    const flight = sightOf({ at: b, status: 'IN_TRANSIT', arrivalMs: nowMs + 5_000 });
    expect(towards(flight, b)).toMatchObject({ type: 'wait', untilMs: nowMs + 5_000 });
  });

  it('waits a moment more for an arrival that is due and not told yet', () => {
    const late = sightOf({ at: b, status: 'IN_TRANSIT', arrivalMs: nowMs - 200 });
    expect(towards(late, b)).toMatchObject({ type: 'wait', untilMs: nowMs + 1_000 });
  });

  it('needs a chart only for a ship with a tank', () => {
    expect(towards(sightOf({ at: a }), far)).toEqual({ type: 'act', action: { type: 'navigate', to: far } });
    expect(towards(sightOf({ at: a, fuel: [9, 100] }), b)).toEqual({ type: 'look', at: 'places' });
  });

  it('leaves orbit only: a docked ship that has fuel casts off first', () => {
    const docked = sightOf({ at: a, status: 'DOCKED', fuel: [60, 100] }, { places });
    expect(towards(docked, b)).toEqual({ type: 'act', action: { type: 'orbit' } });
  });

  it('takes fuel where the ship is when that is enough, and docks for it', () => {
    expect(leg({ at: a, fuel: [59, 100] }, b)).toEqual({ type: 'refuel' });
    expect(leg({ at: a, fuel: [60, 100] }, b)).toEqual({ type: 'fly', to: b, mode: 'CRUISE' });
    const inOrbit = sightOf({ at: a, fuel: [59, 100] }, { places });
    expect(towards(inOrbit, b)).toEqual({ type: 'act', action: { type: 'dock' } });
    const docked = sightOf({ at: a, status: 'DOCKED', fuel: [59, 100] }, { places });
    expect(towards(docked, b)).toEqual({ type: 'act', action: { type: 'refuel' } });
  });

  it('goes over a place that sells fuel when no tank reaches all the way', () => {
    expect(leg({ at: a, fuel: [100, 100] }, d)).toEqual({ type: 'fly', to: b, mode: 'CRUISE' });
    expect(leg({ at: b, fuel: [40, 100] }, d)).toEqual({ type: 'refuel' });
    expect(leg({ at: b, fuel: [100, 100] }, d)).toEqual({ type: 'fly', to: d, mode: 'CRUISE' });
  });

  it('counts the fuel of a burn twice', () => {
    expect([fuelFor(60, 'CRUISE'), fuelFor(60, 'BURN'), fuelFor(60, 'DRIFT'), fuelFor(0, 'CRUISE')]).toEqual([
      60, 120, 1, 1,
    ]);
    expect(leg({ at: a, fuel: [100, 130], mode: 'BURN' }, b)).toEqual({ type: 'refuel' });
  });

  it('drifts where no tank reaches: to the nearest fuel, or from there all the way', () => {
    expect(leg({ at: 'X1-A-C3', fuel: [20, 100] }, far)).toEqual({ type: 'fly', to: b, mode: 'DRIFT' });
    expect(leg({ at: b, fuel: [20, 100] }, far)).toEqual({ type: 'fly', to: far, mode: 'DRIFT' });
    const stranded = sightOf({ at: 'X1-A-C3', fuel: [20, 100] }, { places });
    expect(towards(stranded, far)).toEqual({ type: 'act', action: { type: 'flight-mode', mode: 'DRIFT' } });
  });

  it('ends a drift as soon as there is fuel for a flight', () => {
    const drifted = sightOf({ at: a, fuel: [80, 100], mode: 'DRIFT' }, { places });
    expect(towards(drifted, b)).toEqual({ type: 'act', action: { type: 'flight-mode', mode: 'CRUISE' } });
  });

  it('is blocked, in one sentence, where nothing helps', () => {
    expect(towards(sightOf({ at: 'X1-A-C3', fuel: [0, 100] }, { places }), a)).toEqual({
      type: 'blocked',
      why: 'COOPER-2 has no fuel, and none is sold at X1-A-C3',
    });
    expect(towards(sightOf({ at: a, fuel: [9, 100] }, { places }), 'X1-A-NO')).toEqual({
      type: 'blocked',
      why: 'X1-A-NO is not on the chart of X1-A',
    });
  });
});
