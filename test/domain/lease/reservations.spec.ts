import { acquire } from '../../../src/domain/lease/granting.js';
import { handOver } from '../../../src/domain/lease/handing-over.js';
import { release } from '../../../src/domain/lease/releasing.js';
import { lift, reserve } from '../../../src/domain/lease/reserving.js';
import { breakLease, expire } from '../../../src/domain/lease/taking-away.js';
import {
  acquiring,
  breaking,
  bought,
  container,
  freed,
  given,
  givenHeld,
  givenIdle,
  givenNothing,
  handing,
  intended,
  lifting,
  nothing,
  one,
  operator,
  ore,
  other,
  past,
  releasing,
  reserving,
  resource,
  silence,
  t0,
  textOf,
} from './leases.js';

const reservation = (token: number, sinceMs: number, id = 'ada') => ({
  holder: operator(id),
  token,
  operation: 'reservation',
  ttlMs: 0,
  sinceMs,
  reason: 'under repair',
});
const givenReserved = () => given(...givenNothing.when(reserve, reserving('ada', t0)).history);

describe('a reservation', () => {
  it('[A231] is a hold of its own, with its reason and the next token', () => {
    givenIdle()
      .when(reserve, reserving('ada', t0 + 2_000))
      .thenExpect(
        { type: 'Reserved', hold: reservation(2, t0 + 2_000), already: false, displaced: null },
        {
          type: 'LeaseReserved',
          resource,
          token: 2,
          holder: operator('ada'),
          operation: 'reservation',
          ttlMs: 0,
          reason: 'under repair',
          displaced: null,
          atMs: t0 + 2_000,
          inherited: { ...nothing, previous: past(one, 1, 'completed', t0 + 1_000) },
        },
      )
      .thenState({ hold: reservation(2, t0 + 2_000) });
  });

  it('asked for again by the same operator is there already', () => {
    givenReserved()
      .when(reserve, reserving('ada', t0 + 9))
      .thenExpect({ type: 'Reserved', hold: reservation(1, t0), already: true, displaced: null });
  });

  it('[A235] refuses everybody at once, and says whose it is and why', () => {
    const refused = givenReserved().when(acquire, acquiring(one, t0 + 5));
    refused.thenExpect({ type: 'ReservedByOperator', resource, hold: reservation(1, t0) });
    expect(textOf(refused.outcome)).toBe('Ship MINER-1 is reserved by operator ada: under repair');
    givenReserved()
      .when(handOver, handing({ id: 'ada', token: 1 }, one, t0))
      .thenNothingIsWritten();
    givenReserved()
      .when(reserve, reserving('bob', t0, true))
      .thenExpect({ type: 'ReservedByOperator', resource, hold: reservation(1, t0) });
  });

  it('[A245] is not broken', () => {
    givenReserved()
      .when(breakLease, breaking(t0 + 9))
      .thenExpect({ type: 'NothingToDo', why: 'reserved' })
      .thenState({ hold: reservation(1, t0) });
  });

  it('does not expire', () => {
    givenReserved()
      .when(expire, silence(1, t0 + 99_000_000))
      .thenExpect({ type: 'NothingToDo', why: 'reserved' });
  });

  it('[A246] takes over by force from a holder, names it, and remembers it as preempted', () => {
    const displaced = { holder: one, token: 1 };
    givenHeld()
      .when(reserve, reserving('ada', t0 + 5_000, true))
      .thenExpect(
        { type: 'Reserved', hold: reservation(2, t0 + 5_000), already: false, displaced },
        {
          type: 'LeaseReserved',
          resource,
          token: 2,
          holder: operator('ada'),
          operation: 'reservation',
          ttlMs: 0,
          reason: 'under repair',
          displaced,
          atMs: t0 + 5_000,
          inherited: { ...nothing, previous: past(one, 1, 'preempted', t0 + 5_000, 'under repair') },
        },
      )
      .thenState({ previous: past(one, 1, 'preempted', t0 + 5_000, 'under repair') });
  });

  it('[A246] and a claim at the same moment end with one holder: the second to be written is refused', () => {
    givenIdle()
      .when(reserve, reserving('ada', t0 + 2_000))
      .when(acquire, acquiring(other, t0 + 2_000))
      .thenNothingIsWritten();
    givenIdle()
      .when(acquire, acquiring(other, t0 + 2_000))
      .when(reserve, reserving('ada', t0 + 2_000))
      .thenNothingIsWritten();
  });

  it('does not displace a holder unless it is told to', () => {
    givenHeld()
      .when(reserve, reserving('ada', t0 + 5))
      .thenExpect({ type: 'HeldByAnother', resource, hold: givenHeld().state.hold! });
  });

  it('refuses the late words of the holder that it displaced', () => {
    const taken = givenHeld().when(reserve, reserving('ada', t0 + 5_000, true));
    taken
      .when(release, releasing(one, 1, 'completed', t0 + 6_000))
      .thenExpect({ type: 'StaleToken', resource, token: 1, lastToken: 2, hold: reservation(2, t0 + 5_000) });
    taken.when(handOver, handing({ id: one.id, token: 1 }, container(one.id, 2), t0)).thenNothingIsWritten();
  });

  it('is lifted by a word, and then the ship is free', () => {
    givenReserved()
      .when(lift, lifting(t0 + 9_000))
      .thenExpect(freed(past(operator('ada'), 1, 'manual', t0 + 9_000, 'repaired')), {
        type: 'LeaseReleased',
        resource,
        token: 1,
        holder: operator('ada'),
        reason: 'manual',
        detail: 'repaired',
        by: { kind: 'operator', id: 'ada' },
        atMs: t0 + 9_000,
      })
      .when(acquire, acquiring(one, t0 + 9_000))
      .thenState({ lastToken: 2 });
  });

  it('is all that can be lifted: a lease and an idle ship stay as they are', () => {
    for (const now of [givenHeld(), givenIdle(), givenNothing]) {
      now.when(lift, lifting(t0 + 9_000)).thenExpect({ type: 'NothingToDo', why: 'not-reserved' });
    }
  });

  it('carries the cargo and the open effects of whoever lost the ship, and does not let the next one in too early', () => {
    const lifted = given(...givenHeld().history, intended(t0 + 30_000), bought())
      .when(reserve, reserving('ada', t0 + 5_000, true))
      .thenState({ obligations: [ore()] })
      .when(lift, lifting(t0 + 6_000));
    lifted.thenState({ freeFromMs: t0 + 30_000, obligations: [ore()] });
    lifted
      .when(acquire, acquiring(other, t0 + 29_999, { adoptsObligations: true }))
      .thenExpect({ type: 'NotFreeYet', resource, freeFromMs: t0 + 30_000 });
  });
});
