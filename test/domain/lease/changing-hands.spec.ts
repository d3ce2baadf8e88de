import { acquire } from '../../../src/domain/lease/granting.js';
import { handOver } from '../../../src/domain/lease/handing-over.js';
import { release } from '../../../src/domain/lease/releasing.js';
import { breakLease, expire } from '../../../src/domain/lease/taking-away.js';
import { releaseReasonOf } from '../../../src/domain/lease/reasons.js';
import {
  acquiring,
  bought,
  breaking,
  container,
  freed,
  given,
  givenHeld,
  givenIdle,
  givenNothing,
  granted,
  handing,
  held,
  intended,
  nothing,
  one,
  ore,
  other,
  past,
  releasing,
  resource,
  silence,
  t0,
  ttlMs,
} from './leases.js';

describe('a hand-over', () => {
  const old = container('scout-tour-test-1-old123');
  const next = container('scout-tour-test-1-new456');

  it('[A100, A106] passes the ship on in one event: the new holder, a newer time, the next token', () => {
    givenHeld(old)
      .when(handOver, handing({ id: old.id, token: 1 }, next, t0 + 5_000))
      .thenExpect(granted(next, 2, t0 + 5_000), {
        type: 'LeaseHandedOver',
        resource,
        token: 2,
        holder: next,
        operation: 'navigate',
        ttlMs,
        from: { holder: old, token: 1 },
        reason: 'next attempt',
        by: { kind: 'holder', id: old.id },
        atMs: t0 + 5_000,
        inherited: nothing,
      })
      .thenState({ hold: held(next, 2, t0 + 5_000) });
  });

  it('[A101] revives a lease that its last holder lost as container_failed, as long as nobody had it since', () => {
    const reason = releaseReasonOf('container_failed')!;
    expect(reason).toBe('failed');
    const idle = givenHeld(old).when(release, releasing(old, 1, reason, t0 + 1_000, 'container_failed'));
    idle
      .when(handOver, handing({ id: old.id, token: 1 }, next, t0 + 5_000))
      .thenState({ hold: held(next, 2, t0 + 5_000), freeFromMs: 0 });
  });

  it('[A102] from one that does not hold it fails, and the holder stays', () => {
    const holder = container('different-container-123');
    const refused = givenHeld(holder).when(handOver, handing({ id: old.id, token: 1 }, next, t0 + 5_000));
    refused.thenExpect({ type: 'HeldByAnother', resource, hold: held(holder, 1, t0) });
    refused.thenState({ hold: held(holder, 1, t0) });
  });

  it('[A226] by a third party while the ship is held is refused, whatever token it guesses', () => {
    for (const from of [
      { id: 'third', token: 1 },
      { id: one.id, token: 0 },
      { id: one.id, token: 2 },
    ]) {
      givenHeld()
        .when(handOver, handing(from, container('third'), t0))
        .thenNothingIsWritten();
    }
  });

  it('[A104] to the next attempt of the same container never frees the ship in between', () => {
    const second = container('container-123', 2);
    const { events } = givenHeld().when(handOver, handing({ id: one.id, token: 1 }, second, t0 + 5_000));
    expect(events.map(({ type }) => type)).toEqual(['LeaseHandedOver']);
  });

  it('[A105] leaves no moment in which a second container gets the ship', () => {
    const during = givenHeld();
    during.when(acquire, acquiring(other, t0 + 1)).thenNothingIsWritten();
    during
      .when(handOver, handing({ id: one.id, token: 1 }, container('container-123', 2), t0 + 5_000))
      .when(acquire, acquiring(other, t0 + 5_000))
      .thenExpect({ type: 'HeldByAnother', resource, hold: held(container('container-123', 2), 2, t0 + 5_000) });
  });

  it('to an attempt that is not newer than the one that holds is refused', () => {
    const third = givenHeld(container('container-123', 3));
    third
      .when(handOver, handing({ id: one.id, token: 1 }, container('container-123', 2), t0))
      .thenExpect({ type: 'StaleToken', resource, token: 1, lastToken: 1, hold: held(container(one.id, 3), 1, t0) });
  });

  it('goes on with what the ship is held for, where nothing else is named', () => {
    const ask = { ...handing({ id: one.id, token: 1 }, other, t0 + 5_000), operation: null };
    const mining = givenNothing.when(acquire, acquiring(one, t0, { operation: 'mining' }));
    mining.when(handOver, ask).thenState({ hold: { ...held(other, 2, t0 + 5_000), operation: 'mining' } });
    givenIdle()
      .when(handOver, ask)
      .thenState({ hold: { ...held(other, 2, t0 + 5_000), operation: 'command' } });
  });

  it('asked again is granted already, under the same token', () => {
    const ask = handing({ id: one.id, token: 1 }, container('container-123', 2), t0 + 5_000);
    const again = givenHeld().when(handOver, ask).when(handOver, ask);
    again.thenExpect({ ...granted(container('container-123', 2), 2, t0 + 5_000), already: true });
  });

  it('is refused where nobody ever held, and under another token than the last one', () => {
    givenNothing
      .when(handOver, handing({ id: one.id, token: 0 }, other, t0))
      .thenExpect({ type: 'NeverHeld', resource });
    givenIdle()
      .when(handOver, handing({ id: one.id, token: 7 }, other, t0 + 2_000))
      .thenExpect({ type: 'StaleToken', resource, token: 7, lastToken: 1, hold: null });
    givenIdle()
      .when(handOver, handing({ id: 'third', token: 1 }, other, t0 + 2_000))
      .thenExpect({ type: 'StaleToken', resource, token: 1, lastToken: 1, hold: null });
  });

  it('waits like any grant until what was begun can no longer land', () => {
    const left = given(...givenHeld().history, intended(t0 + 30_000)).when(
      release,
      releasing(one, 1, 'completed', t0 + 1_000),
    );
    const ask = (nowMs: number) => handing({ id: one.id, token: 1 }, container(one.id, 2), nowMs);
    left.when(handOver, ask(t0 + 29_999)).thenExpect({ type: 'NotFreeYet', resource, freeFromMs: t0 + 30_000 });
    left.when(handOver, ask(t0 + 30_000)).thenState({ lastToken: 2 });
  });

  it('[A241] is not for who lost the lease: a dead token passes nothing on', () => {
    const expired = givenHeld().when(expire, silence(1, t0 + 130_000));
    const broken = givenHeld().when(breakLease, breaking(t0 + 130_000));
    for (const lost of [expired, broken]) {
      lost
        .when(handOver, handing({ id: one.id, token: 1 }, container(one.id, 2), t0 + 900_000))
        .thenExpect({ type: 'StaleToken', resource, token: 1, lastToken: 1, hold: null });
    }
  });

  it('takes the cargo and the open effects along', () => {
    const laden = given(...givenHeld().history, intended(t0 + 30_000), bought());
    const { outcome } = laden.when(handOver, handing({ id: one.id, token: 1 }, container(one.id, 2), t0 + 50));
    expect(outcome).toMatchObject({ inherited: { obligations: [ore()], effects: [{ effectId: 'e1', token: 1 }] } });
  });
});

describe('an expiry', () => {
  it('frees the ship with the evidence; the next grant waits the lock delay', () => {
    const ask = silence(1, t0 + 130_000, 60_000);
    givenHeld()
      .when(expire, ask)
      .thenExpect(freed(past(one, 1, 'expired', t0 + 130_000, 'silent for 130000 ms')), {
        type: 'LeaseExpired',
        resource,
        token: 1,
        holder: one,
        evidence: ask.evidence,
        atMs: t0 + 130_000,
        freeFromMs: t0 + 190_000,
      })
      .thenState({ hold: null, freeFromMs: t0 + 190_000 })
      .thenState({ previous: past(one, 1, 'expired', t0 + 130_000, 'silent for 130000 ms') });
  });

  it('bars the next grant until the last open effect of the loser can no longer land', () => {
    const lost = given(...givenHeld().history, intended(t0 + 300_000), intended(t0 + 200_000, 'e2')).when(
      expire,
      silence(1, t0 + 130_000, 60_000),
    );
    lost.thenState({ freeFromMs: t0 + 300_000 });
    lost.when(acquire, acquiring(other, t0 + 299_999)).thenNothingIsWritten();
    lost.when(acquire, acquiring(other, t0 + 300_000)).thenState({ hold: held(other, 2, t0 + 300_000) });
  });

  it('of an idle ship, or under a token no longer in force, is nothing to do', () => {
    givenIdle().when(expire, silence(1, t0)).thenExpect({ type: 'NothingToDo', why: 'idle' });
    const renewed = givenIdle().when(acquire, acquiring(other, t0 + 2_000));
    renewed.when(expire, silence(1, t0)).thenExpect({ type: 'NothingToDo', why: 'held-under-another-token' });
  });

  it('leaves the cargo to whoever takes it over, and to nobody else', () => {
    const lost = given(...givenHeld().history, bought()).when(expire, silence(1, t0 + 130_000));
    lost.when(acquire, acquiring(other, t0 + 130_000)).thenExpect({ type: 'Laden', resource, obligations: [ore()] });
    const { outcome } = lost.when(acquire, acquiring(other, t0 + 130_000, { adoptsObligations: true }));
    expect(outcome).toMatchObject({ type: 'Granted', inherited: { obligations: [ore()] } });
  });
});

describe('a break by an operator', () => {
  it('[A203, A243] frees the ship, gives the reason as it was said, and names the loser who must be ended', () => {
    givenHeld()
      .when(breakLease, breaking(t0 + 9_000, 'stale_timeout', 30_000))
      .thenExpect(freed(past(one, 1, 'manual', t0 + 9_000, 'stale_timeout')), {
        type: 'LeaseBroken',
        resource,
        token: 1,
        holder: one,
        reason: 'stale_timeout',
        by: { kind: 'operator', id: 'ada' },
        atMs: t0 + 9_000,
        freeFromMs: t0 + 39_000,
      })
      .thenState({ hold: null, previous: past(one, 1, 'manual', t0 + 9_000, 'stale_timeout') });
  });

  it('[A204, A244] of an idle ship is nothing to do: its first reason stays', () => {
    givenIdle('completed')
      .when(breakLease, breaking(t0 + 9_000, 'cleanup'))
      .thenExpect({ type: 'NothingToDo', why: 'idle' })
      .thenState({ previous: past(one, 1, 'completed', t0 + 1_000) });
  });
});
