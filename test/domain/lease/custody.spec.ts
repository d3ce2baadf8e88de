import { acquire } from '../../../src/domain/lease/granting.js';
import { release } from '../../../src/domain/lease/releasing.js';
import { releaseReasonOf } from '../../../src/domain/lease/reasons.js';
import {
  acquiring,
  bought,
  container,
  freeAlready,
  freed,
  given,
  givenHeld,
  givenIdle,
  givenNothing,
  granted,
  held,
  intended,
  nothing,
  one,
  ore,
  other,
  past,
  releasing,
  resource,
  ship,
  t0,
  textOf,
  ttlMs,
} from './leases.js';

describe('a ship that is asked for', () => {
  it('[A007, A200] is held from then on: the holder, the first token, and nothing of a release', () => {
    givenNothing
      .when(acquire, acquiring(one, t0))
      .thenExpect(granted(one, 1, t0), {
        type: 'LeaseGranted',
        resource,
        token: 1,
        holder: one,
        operation: 'navigate',
        ttlMs,
        atMs: t0,
        inherited: nothing,
      })
      .thenState({ resource, lastToken: 1, hold: held(one, 1, t0), previous: null, freeFromMs: 0 });
  });

  it('[A010, A014, A208] is refused to a second one, with the holder and since when; the holder stays', () => {
    const refused = givenHeld().when(acquire, acquiring(other, t0 + 5));
    refused
      .thenExpect({ type: 'HeldByAnother', resource, hold: held(one, 1, t0) })
      .thenState({ hold: held(one, 1, t0), lastToken: 1 });
    expect(textOf(refused.outcome)).toBe('Ship MINER-1 already assigned to container-123');
  });

  it('[A232] is granted again to the same holder under the same token, and nothing is written', () => {
    givenHeld()
      .when(acquire, acquiring(one, t0 + 5))
      .thenExpect({ ...granted(one, 1, t0), already: true });
  });

  it('is refused to another attempt of the same container: a restart hands over, it does not ask anew', () => {
    givenHeld()
      .when(acquire, acquiring(container('container-123', 2), t0 + 5))
      .thenExpect({ type: 'HeldByAnother', resource, hold: held(one, 1, t0) });
  });

  it('[A004, A007, A209] is granted after a release to whoever asks next, under the next token', () => {
    const before = past(one, 1, 'completed', t0 + 1_000, 'task_complete');
    givenIdle(releaseReasonOf('task_complete'), 'task_complete')
      .when(acquire, acquiring(other, t0 + 1_000))
      .thenExpect(granted(other, 2, t0 + 1_000, { ...nothing, previous: before }), {
        type: 'LeaseGranted',
        resource,
        token: 2,
        holder: other,
        operation: 'navigate',
        ttlMs,
        atMs: t0 + 1_000,
        inherited: { ...nothing, previous: before },
      })
      .thenState({ hold: held(other, 2, t0 + 1_000) });
  });

  it('[A009] goes from container to container, and nothing accumulates', () => {
    let now = givenNothing.when(acquire, acquiring(container('container-1'), t0));
    for (const [index, id] of ['container-2', 'container-3', 'container-4'].entries()) {
      const holder = container(`container-${index + 1}`);
      now = given(...now.history)
        .when(release, releasing(holder, index + 1, 'completed', t0 + index))
        .when(acquire, acquiring(container(id), t0 + index));
      now.thenState({ hold: held(container(id), index + 2, t0 + index), effects: [], obligations: [] });
    }
    expect(JSON.stringify(now.state)).not.toContain('container-1"');
  });

  it('[A211] nobody has asked for has no holder', () => {
    givenNothing.thenState({ hold: null, previous: null, resource: null });
  });
});

describe('a release', () => {
  it.each([
    ['A001', 'completed'],
    ['A002, A005, A229c', 'failed'],
    ['A003', 'stopped'],
  ] as const)('[%s] with reason %s frees the ship, and says when, why and by whom', (_id, reason) => {
    givenHeld()
      .when(release, releasing(one, 1, reason, t0 + 1_000, 'Test error'))
      .thenExpect(freed(past(one, 1, reason, t0 + 1_000, 'Test error')), {
        type: 'LeaseReleased',
        resource,
        token: 1,
        holder: one,
        reason,
        detail: 'Test error',
        by: { kind: 'holder', id: 'container-123' },
        atMs: t0 + 1_000,
      })
      .thenState({ hold: null, previous: past(one, 1, reason, t0 + 1_000, 'Test error'), freeFromMs: 0 });
  });

  it('[A011, A202] a second time changes nothing: the first reason and time stay', () => {
    givenIdle('completed')
      .when(release, releasing(one, 1, 'failed', t0 + 9_000, 'duplicate_release'))
      .thenExpect(freeAlready(past(one, 1, 'completed', t0 + 1_000)));
  });

  it('[A212] of a ship that nobody ever held is refused', () => {
    const refused = givenNothing.when(release, { ...releasing(one, 1, 'completed', t0), resource: ship('GHOST-SHIP') });
    refused.thenExpect({ type: 'NeverHeld', resource: ship('GHOST-SHIP') });
    expect(textOf(refused.outcome)).toBe('no assignment found for ship GHOST-SHIP');
  });

  it('[A241] that comes late does not free the ship from its new holder', () => {
    const now = given(...givenIdle().when(acquire, acquiring(other, t0 + 2_000)).history);
    const late = now.when(release, releasing(one, 1, 'failed', t0 + 3_000));
    late
      .thenExpect({ type: 'StaleToken', resource, token: 1, lastToken: 2, hold: held(other, 2, t0 + 2_000) })
      .thenState({ hold: held(other, 2, t0 + 2_000) });
    expect(textOf(late.outcome)).toBe('token 1 for Ship MINER-1 is not the one in force');
  });

  it('[A242] that comes late frees the ship while it is still the holder', () => {
    givenHeld()
      .when(release, releasing(one, 1, 'failed', t0 + 99_000_000))
      .thenState({ hold: null });
  });

  it('by somebody else is refused, even with the right token', () => {
    for (const thief of [other, { ...one, kind: 'agent' as const }]) {
      givenHeld()
        .when(release, releasing(thief, 1, 'completed', t0))
        .thenExpect({ type: 'StaleToken', resource, token: 1, lastToken: 1, hold: held(one, 1, t0) });
    }
  });

  it('under a token that was never granted is refused, held or idle', () => {
    const stale = { type: 'StaleToken', resource, token: 2, lastToken: 1 } as const;
    givenHeld()
      .when(release, releasing(one, 2, 'completed', t0))
      .thenExpect({ ...stale, hold: held(one, 1, t0) });
    givenIdle()
      .when(release, releasing(one, 2, 'completed', t0))
      .thenExpect({ ...stale, hold: null });
  });

  it('of a laden ship is refused, with what it owes; only the system may roll a claim back', () => {
    const laden = given(...givenHeld().history, bought());
    const refused = laden.when(release, releasing(one, 1, 'completed', t0 + 20));
    refused.thenExpect({ type: 'Laden', resource, obligations: [ore()] });
    expect(textOf(refused.outcome)).toBe('Ship MINER-1 still owes 40 IRON_ORE');
    laden.when(release, releasing(one, 1, 'claim_rolled_back', t0 + 20)).thenNothingIsWritten();
    laden
      .when(release, { ...releasing(one, 1, 'claim_rolled_back', t0 + 20), by: { kind: 'system', id: 'claim' } })
      .thenState({ hold: null, obligations: [ore()] });
  });

  it('while an effect is still open bars the next grant until that can no longer land', () => {
    const left = given(...givenHeld().history, intended(t0 + 30_000)).when(
      release,
      releasing(one, 1, 'failed', t0 + 1_000),
    );
    left.thenState({ freeFromMs: t0 + 30_000 });
    const early = left.when(acquire, acquiring(other, t0 + 29_999));
    early.thenExpect({ type: 'NotFreeYet', resource, freeFromMs: t0 + 30_000 });
    expect(textOf(early.outcome)).toContain('may still land');
    left.when(acquire, acquiring(other, t0 + 30_000)).thenState({ lastToken: 2, freeFromMs: 0 });
  });
});
