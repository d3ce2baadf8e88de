import { ExplainLease, ExplainLeaseHandler } from '../../../src/application/custody/explain-lease.js';
import { ReleaseLease } from '../../../src/application/leases/release-lease.js';
import { RenewLease } from '../../../src/application/liveness/renew-lease.js';
import type { Resource } from '../../../src/domain/lease/resource.js';
import { Custody, policy, ship, type Instance } from '../../support/custody.js';
import { lockOfTask, workOf } from '../../support/locked-work.js';

const { shipTtlMs: ttlMs } = policy;

function explaining({ decisions, heard, work, clock }: Instance) {
  const handler = new ExplainLeaseHandler(decisions, heard, work, clock);
  return (resource: Resource) => handler.execute(new ExplainLease(resource));
}

describe('why a lease is held', () => {
  const one = ship('SHIP-1');
  let room: Custody;
  let here: Instance;
  let why: ReturnType<typeof explaining>;
  beforeEach(() => {
    room = new Custody();
    here = room.instance();
    why = explaining(here);
  });

  it('tells the heartbeats of its holder alone: those of the one before prove nothing of it', async () => {
    const token = await here.acquired('SHIP-1', 'agent-1');
    await here.outcome(new RenewLease(one, { token, cursor: { page: 4 }, quietForMs: 600_000 }));
    const held = { resource: one, holder: null, token, reason: 'completed', detail: '', by: null } as const;
    expect((await why(one)).evidence.lastBeat).toMatchObject({ token, cursor: { page: 4 } });
    await here.outcome(new ReleaseLease(here.context(), held));
    room.clock.pass(1_000);

    const next = await here.acquired('SHIP-1', 'agent-2');
    const grantedAtMs = room.clock.nowMs();
    expect(await why(one)).toMatchObject({ evidence: { lastBeat: null }, untilMs: grantedAtMs + ttlMs });
    room.clock.pass(2_000);
    await here.outcome(new RenewLease(one, { token: next, cursor: null, quietForMs: 0 }));
    expect(await why(one)).toMatchObject({
      evidence: { lastBeat: { token: next } },
      untilMs: grantedAtMs + 2_000 + ttlMs,
    });
  });

  it('counts the time to live of a holder that has not renewed from its grant, whenever it is asked', async () => {
    await here.acquired('SHIP-1', 'agent-1');
    const untilMs = room.clock.nowMs() + ttlMs;
    for (let waitedMs = 0; waitedMs <= ttlMs; waitedMs += 10_000) {
      expect(await why(one)).toMatchObject({ untilMs });
      room.clock.pass(10_000);
    }
    expect(await why(one)).toMatchObject({ untilMs: room.clock.nowMs() });
  });

  it('counts that of a container that was not heard of from the last that it wrote', async () => {
    await here.started({ containerId: 'c-1', ships: ['SHIP-1'] });
    const untilMs = room.clock.nowMs() + ttlMs;
    room.clock.pass(10_000);
    expect(await why(one)).toMatchObject({ untilMs });
  });

  it('is that it is free, and the lock of a task that waits for others says to wait for them', async () => {
    const work = workOf(here);
    await work.queue('1');
    await work.queue('2', ['1']);
    expect((await why(lockOfTask('2'))).nextSteps).toEqual([
      { step: 'wait', text: 'wait: Task #2 depends on #1, not completed yet' },
    ]);
    expect(await work.claim(lockOfTask('1'), 'session-1')).toBe(1);
    await work.complete(lockOfTask('1'), 1);
    expect((await why(lockOfTask('2'))).nextSteps).toEqual([{ step: 'acquire', text: 'claim it: it is free' }]);
  });
});
