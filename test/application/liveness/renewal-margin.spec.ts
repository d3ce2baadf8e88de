import { RenewContainer } from '../../../src/application/liveness/renew-container.js';
import { RenewLease } from '../../../src/application/liveness/renew-lease.js';
import type { Margin } from '../../../src/application/liveness/heard-heartbeats.js';
import { Custody, policy, ship, type Instance } from '../../support/custody.js';

describe('the margin of a renewal', () => {
  let room: Custody;
  let here: Instance;
  let margins: Margin[];
  const ttlMs = policy.shipTtlMs;
  beforeEach(() => {
    room = new Custody();
    here = room.instance();
    margins = [];
    here.heard.onRenewal = (margin) => margins.push(margin);
  });

  it('is what was left of the time to live since the renewal before', async () => {
    const token = await here.started({ containerId: 'c-1', ships: ['SHIP-1'] });
    const renew = () => here.outcome(new RenewContainer('c-1', { token, cursor: null, quietForMs: 0 }));
    await renew();
    expect(margins).toEqual([]);
    room.clock.pass(10_000);
    await renew();
    room.clock.pass(29_000);
    await renew();
    expect(margins).toEqual([
      { leftMs: ttlMs - 10_000, ttlMs },
      { leftMs: ttlMs - 29_000, ttlMs },
    ]);
  });

  it('is nothing where the holder was late, and whole where its silence was announced', async () => {
    const token = await here.acquired('SHIP-1', 'agent-1');
    const renew = (quietForMs: number) =>
      here.outcome(new RenewLease(ship('SHIP-1'), { token, cursor: null, quietForMs }));
    await renew(0);
    room.clock.pass(ttlMs + 5_000);
    await renew(60_000);
    room.clock.pass(60_000);
    await renew(0);
    expect(margins).toEqual([
      { leftMs: 0, ttlMs },
      { leftMs: ttlMs, ttlMs },
    ]);
  });

  it('is not told of the first renewal under a token', async () => {
    const one = await here.acquired('SHIP-1', 'agent-1');
    await here.outcome(new RenewLease(ship('SHIP-1'), { token: one, cursor: null, quietForMs: 0 }));
    room.clock.pass(5_000);
    await here.outcome(new RenewLease(ship('SHIP-1'), { token: one + 1, cursor: null, quietForMs: 0 }));
    expect(margins).toEqual([]);
  });
});
