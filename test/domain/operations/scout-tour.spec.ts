import { nextStep } from '../../../src/domain/operations/scout-tour.js';
import { known, nowMs, sightOf } from './sights.js';

const [a, b, c] = ['X1-A-A1', 'X1-A-B2', 'X1-A-C3'];
const markets = [a, b, c];
const flying = (to: string) => ({ type: 'act', action: { type: 'navigate', to } });

describe('a scout tour', () => {
  it('goes to the first market, from wherever the ship is', () => {
    expect(nextStep({ markets }, known(), sightOf({ at: 'X1-A-Z9' }))).toEqual(flying(a));
    expect(nextStep({ markets }, known(), sightOf({ at: 'X1-A-Z9', status: 'DOCKED' }))).toEqual({
      type: 'act',
      action: { type: 'orbit' },
    });
  });

  it('visits the market that the ship has reached, and goes on to the next', () => {
    expect(nextStep({ markets }, known(), sightOf({ at: a }))).toEqual({ type: 'visit', waypoint: a });
    expect(nextStep({ markets }, known({ visited: [a] }), sightOf({ at: a }))).toEqual(flying(b));
  });

  it('[A127] begins at the market that the ship is at, or is flying to', () => {
    expect(nextStep({ markets }, known(), sightOf({ at: b }))).toEqual({ type: 'visit', waypoint: b });
    const arrivalMs = nowMs + 9_000;
    const onTheWay = sightOf({ at: c, status: 'IN_TRANSIT', arrivalMs });
    expect(nextStep({ markets }, known(), onTheWay)).toMatchObject({ type: 'wait', untilMs: arrivalMs });
    expect(nextStep({ markets }, known(), sightOf({ at: c }))).toEqual({ type: 'visit', waypoint: c });
    expect(nextStep({ markets }, known({ visited: [c] }), sightOf({ at: c }))).toEqual(flying(a));
  });

  it('goes on at the market it had reached, whatever happened in between', () => {
    expect(nextStep({ markets }, known({ visited: [b] }), sightOf({ at: 'X1-A-Z9' }))).toEqual(flying(c));
    expect(nextStep({ markets }, known({ visited: [b, c] }), sightOf({ at: c }))).toEqual(flying(a));
  });

  it.each([
    ['[A121] of two markets', [a, b]],
    ['[A122] of three markets', [a, b, c]],
  ])('%s goes back to the first after the last, and then the lap is done', (_text, some) => {
    const all = known({ visited: some });
    expect(nextStep({ markets: some }, all, sightOf({ at: some.at(-1) ?? '' }))).toEqual(flying(a));
    expect(nextStep({ markets: some }, all, sightOf({ at: a }))).toEqual({
      type: 'done',
      report: { markets: some.length },
    });
  });

  it('[A120] of one market goes there once, and nowhere after', () => {
    expect(nextStep({ markets: [b] }, known(), sightOf({ at: a }))).toEqual(flying(b));
    expect(nextStep({ markets: [b] }, known({ visited: [b] }), sightOf({ at: b }))).toMatchObject({ type: 'done' });
  });

  it('[A124] of one market waits 60 s between its rounds, also across a restart', () => {
    const again = known({ iteration: 1, lastLapAtMs: nowMs - 20_000 });
    const step = nextStep({ markets: [b] }, again, sightOf({ at: b }));
    expect(step).toMatchObject({ type: 'wait', untilMs: nowMs + 40_000 });
    const later = sightOf({ at: b }, { nowMs: nowMs + 40_000 });
    expect(nextStep({ markets: [b] }, again, later)).toEqual({ type: 'visit', waypoint: b });
  });

  it('[A125] of two markets does not wait between its laps', () => {
    const again = known({ iteration: 1, lastLapAtMs: nowMs });
    expect(nextStep({ markets: [a, b] }, again, sightOf({ at: a }))).toEqual({ type: 'visit', waypoint: a });
  });

  it('takes a market out of its past that is none of its own for none', () => {
    const strange = known({ visited: ['X1-A-Q7', a] });
    expect(nextStep({ markets: [a, b] }, strange, sightOf({ at: a }))).toEqual(flying(b));
  });
});
