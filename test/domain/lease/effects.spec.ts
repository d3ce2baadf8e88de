import { acquire } from '../../../src/domain/lease/granting.js';
import { lift, reserve } from '../../../src/domain/lease/reserving.js';
import { expire } from '../../../src/domain/lease/taking-away.js';
import { incurObligation, intendEffect, observeEffect, settleObligation } from '../../../src/domain/lease/effects.js';
import {
  acquiring,
  bought,
  given,
  givenHeld,
  givenIdle,
  givenNothing,
  intended,
  lifting,
  one,
  ore,
  other,
  reserving,
  resource,
  silence,
  t0,
  textOf,
} from './leases.js';

const recorded = { type: 'Recorded', already: false } as const;
const already = { type: 'Recorded', already: true } as const;
const intending = (nowMs: number, deadlineMs: number, token = 1) => ({
  resource,
  token,
  nowMs,
  effectId: 'e1',
  action: 'purchase',
  deadlineMs,
  probe: { look: 'cargo' },
});
const observing = (nowMs: number, token = 1) => ({
  resource,
  token,
  nowMs,
  effectId: 'e1',
  result: 'happened' as const,
  evidence: { unitsAfter: 40 },
});
const incurring = (token = 1) => ({ resource, token, nowMs: t0 + 10, obligationId: 'o1', good: 'IRON_ORE', units: 40 });
const settling = (token = 1) => ({
  resource,
  token,
  nowMs: t0 + 20,
  obligationId: 'o1',
  how: 'sold' as const,
  by: { kind: 'holder', id: one.id } as const,
});
const writingOff = { ...settling(0), how: 'written-off' as const, by: { kind: 'operator', id: 'ada' } as const };

describe('an effect in the outside world', () => {
  it('is declared by the holder before it is tried, with its deadline and what to look at', () => {
    givenHeld()
      .when(intendEffect, intending(t0 + 5, t0 + 30_000))
      .thenExpect(recorded, intended(t0 + 30_000))
      .thenState({
        effects: [{ effectId: 'e1', action: 'purchase', token: 1, deadlineMs: t0 + 30_000, probe: { look: 'cargo' } }],
      });
  });

  it('declared twice is declared once', () => {
    const ask = intending(t0 + 5, t0 + 30_000);
    givenHeld()
      .when(intendEffect, ask)
      .when(intendEffect, { ...ask, nowMs: t0 + 40_000 })
      .thenExpect(already);
  });

  it('is not another one under an id that is open', () => {
    const open = givenHeld().when(intendEffect, intending(t0 + 5, t0 + 30_000));
    const other = (change: object) => open.when(intendEffect, { ...intending(t0 + 6, t0 + 30_000), ...change });
    other({ action: 'sell' }).thenExpect({ type: 'IdTaken', resource, id: 'e1', differs: 'action' });
    other({ probe: { look: 'fuel' } }).thenExpect({ type: 'IdTaken', resource, id: 'e1', differs: 'probe' });
    other({ deadlineMs: t0 + 60_000 }).thenExpect(already);
  });

  it('is not declared under a deadline that has passed', () => {
    for (const deadlineMs of [t0 + 4, t0 + 5]) {
      const refused = givenHeld().when(intendEffect, intending(t0 + 5, deadlineMs));
      refused.thenExpect({ type: 'DeadlinePassed', resource, deadlineMs });
      expect(textOf(refused.outcome)).toBe('the effect on Ship MINER-1 was given a deadline that has passed');
    }
  });

  it('is closed by an observation with its evidence, once', () => {
    const closed = given(...givenHeld().history, intended(t0 + 30_000)).when(observeEffect, observing(t0 + 9));
    closed
      .thenExpect(recorded, {
        type: 'EffectObserved',
        resource,
        token: 1,
        effectId: 'e1',
        result: 'happened',
        evidence: { unitsAfter: 40 },
        atMs: t0 + 9,
      })
      .thenState({ effects: [] });
    const again = closed.when(observeEffect, observing(t0 + 10));
    again.thenExpect({ type: 'UnknownEffect', resource, effectId: 'e1' });
    expect(textOf(again.outcome)).toBe('Ship MINER-1 has no open effect e1');
  });

  it('of a lost holder is observed by the next one, under its own token', () => {
    const next = given(...givenHeld().history, intended(t0 + 30_000))
      .when(expire, silence(1, t0 + 130_000))
      .when(acquire, acquiring(other, t0 + 130_000));
    next.when(observeEffect, observing(t0 + 130_001, 1)).thenNothingIsWritten();
    next.when(observeEffect, observing(t0 + 130_001, 2)).thenState({ effects: [] });
  });
});

describe('an obligation', () => {
  it('is incurred once, and kept until it is settled', () => {
    const laden = givenHeld().when(incurObligation, incurring());
    laden.thenExpect(recorded, bought()).thenState({ obligations: [ore()] });
    laden.when(incurObligation, incurring()).thenExpect(already);
    laden
      .when(incurObligation, { ...incurring(), units: 41 })
      .thenExpect({ type: 'IdTaken', resource, id: 'o1', differs: 'units' });
    laden
      .when(incurObligation, { ...incurring(), good: 'FUEL' })
      .thenExpect({ type: 'IdTaken', resource, id: 'o1', differs: 'good' });
    laden
      .when(settleObligation, settling())
      .thenExpect(recorded, {
        type: 'ObligationSettled',
        resource,
        token: 1,
        obligationId: 'o1',
        how: 'sold',
        by: { kind: 'holder', id: one.id },
        atMs: t0 + 20,
      })
      .thenState({ obligations: [] });
  });

  it('is settled by whoever holds the ship, where nobody is named', () => {
    const laden = given(...givenHeld().history, bought());
    const { events } = laden.when(settleObligation, { ...settling(), by: null }).thenState({ obligations: [] });
    expect(events).toMatchObject([{ by: { kind: 'holder', id: one.id } }]);
    given()
      .when(settleObligation, { ...settling(), by: null })
      .thenExpect({ type: 'NeverHeld', resource });
  });

  it('that is not there cannot be settled', () => {
    const refused = givenHeld().when(settleObligation, settling());
    refused.thenExpect({ type: 'UnknownObligation', resource, obligationId: 'o1' });
    expect(textOf(refused.outcome)).toBe('Ship MINER-1 has no open obligation o1');
  });

  it('is written off by an operator whoever holds the ship, or nobody', () => {
    const laden = given(...givenHeld().history, bought());
    laden.when(settleObligation, writingOff).thenState({ obligations: [] });
    const lost = laden.when(expire, silence(1, t0 + 130_000));
    const { events } = lost.when(settleObligation, writingOff).thenState({ obligations: [], hold: null });
    expect(events).toMatchObject([{ token: 1, how: 'written-off' }]);
  });

  it('is not sold by an operator, nor written off by the system', () => {
    const laden = given(...givenHeld().history, bought());
    laden.when(settleObligation, { ...writingOff, how: 'sold' }).thenNothingIsWritten();
    laden.when(settleObligation, { ...writingOff, by: { kind: 'system', id: 'sweep' } }).thenNothingIsWritten();
  });
});

describe('what only the holder may write', () => {
  const everyWord = [
    [intendEffect, intending(t0 + 5, t0 + 30_000)],
    [observeEffect, observing(t0 + 5)],
    [incurObligation, incurring()],
    [settleObligation, settling()],
  ] as const;
  const saying = (now: ReturnType<typeof given>) =>
    everyWord.map(([decide, ask]) => now.when(decide as typeof intendEffect, ask as never));

  it('is refused where nobody ever held', () => {
    for (const said of saying(givenNothing)) said.thenExpect({ type: 'NeverHeld', resource });
  });

  it('is refused once the lease is gone', () => {
    for (const said of saying(givenIdle())) {
      said.thenExpect({ type: 'StaleToken', resource, token: 1, lastToken: 1, hold: null });
    }
  });

  it('[A398] is refused to a late writer once another holds the ship', () => {
    const now = given(...givenIdle().when(acquire, acquiring(other, t0 + 2_000)).history);
    for (const said of saying(now)) {
      said.thenNothingIsWritten();
      expect(said.outcome).toMatchObject({ type: 'StaleToken', token: 1, lastToken: 2 });
    }
  });

  it('is refused after a reservation was lifted', () => {
    const now = givenHeld()
      .when(reserve, reserving('ada', t0 + 1, true))
      .when(lift, lifting(t0 + 2));
    for (const said of saying(given(...now.history))) said.thenNothingIsWritten();
  });
});
