import type { Holder } from '../../../src/domain/lease/events.js';
import { container, operator, ore, ship } from './leases.js';
import { minute, nowMs, lease, running, plan, nothing, names } from './sweeps.js';

describe('a container that was asked to stop', () => {
  const stopping = (agoMs: number) =>
    running('c', ['COOPER-2'], { status: 'STOPPING', updatedAtMs: nowMs - agoMs, stopReason: 'asked' });

  it('is left to itself until its grace has passed', () => {
    expect(plan([lease('COOPER-2', container('c'))], [stopping(29_999)])).toStrictEqual(nothing);
  });

  it('[A298] is then stopped for it, and its ship released as stopped', () => {
    expect(plan([lease('COOPER-2', container('c'))], [stopping(30_000)]).repairs).toStrictEqual([
      { type: 'FinishStop', containerId: 'c', token: 1, reason: 'asked', detail: 'did not answer the stop' },
      {
        type: 'ReleaseEnded',
        resource: ship('COOPER-2'),
        holder: container('c'),
        token: 1,
        reason: 'stopped',
        detail: 'holder_ended',
      },
    ]);
    const silent = running('c', [], { status: 'STOPPING', updatedAtMs: 0 });
    expect(plan([], [silent]).repairs).toMatchObject([{ type: 'FinishStop', reason: 'stopped' }]);
  });
});

describe('a silent holder', () => {
  const silent = (symbol: string, silentForMs: number | null, overrides = {}) =>
    lease(symbol, container('c'), { silentForMs, ...overrides });
  const c = running('c', ['MINER-1']);

  it('[A206, A219, A225] of any age is left alone while it gives signs of life', () => {
    expect(plan([silent('MINER-1', 60_000, { sinceMs: 0 })], [c])).toStrictEqual(nothing);
    expect(plan([silent('MINER-1', null, { sinceMs: 0 })], [c])).toStrictEqual(nothing);
  });

  it('is interrupted and loses its lease after a whole time to live', () => {
    expect(plan([silent('MINER-1', 5 * minute)], [c]).repairs).toStrictEqual([
      {
        type: 'InterruptSilent',
        containerId: 'c',
        token: 1,
        reason: 'stale_heartbeat_timeout',
        detail: 'MINER-1 silent for 300000 ms',
      },
      {
        type: 'ExpireSilent',
        resource: ship('MINER-1'),
        holder: container('c'),
        token: 1,
        reason: 'expired',
        detail: 'silent for 300000 ms',
      },
    ]);
    expect(plan([silent('MINER-1', 5 * minute - 1)], [c])).toStrictEqual(nothing);
  });

  it('[A218] is told from a fresh one: two of three leases go', () => {
    const agent = (id: string): Holder => ({ kind: 'agent', id, attempt: 1 });
    const leases = [
      lease('MINER-1', agent('a'), { silentForMs: 600_000 }),
      lease('MINER-2', agent('b'), { silentForMs: 600_000 }),
      lease('TRANSPORT-1', agent('c'), { silentForMs: 0 }),
    ];
    expect(names(plan(leases, []))).toEqual(['ExpireSilent MINER-1', 'ExpireSilent MINER-2']);
  });

  it('[A220] of an idle ship is nobody', () => {
    const leases = [lease('MINER-1', null, { silentForMs: 600_000 }), silent('MINER-2', 600_000)];
    expect(names(plan(leases, [running('c', ['MINER-2'])]))).toEqual(['InterruptSilent c', 'ExpireSilent MINER-2']);
  });

  it('comes before the restart that it did not finish', () => {
    const half = silent('MINER-1', 600_000, { token: 2 });
    expect(names(plan([half], [c]))).toEqual(['InterruptSilent c', 'ExpireSilent MINER-1']);
  });

  it.each(['INTERRUPTED', 'PENDING', 'STOPPING'] as const)('is not one of whom nobody expects a sign: %s', (status) => {
    const quiet = running('c', ['MINER-1'], { status, updatedAtMs: nowMs });
    expect(plan([silent('MINER-1', 600_000)], [quiet])).toStrictEqual(nothing);
  });

  it('cannot be one whose lease has no time to live', () => {
    const forever = silent('MINER-1', 600_000);
    expect(plan([{ ...forever, hold: { ...forever.hold!, ttlMs: 0 } }], [c])).toStrictEqual(nothing);
  });
});

describe('what a sweep never touches', () => {
  it('[A231, A245] a reservation', () => {
    expect(plan([lease('SHIP-1', operator('ada'), { silentForMs: 99 * minute })], [])).toStrictEqual(nothing);
  });

  it('a laden ship: it is kept and reported with what it owes and why it should go', () => {
    const laden = { obligations: [ore()] };
    const leases = [
      lease('A-1', container('gone'), laden),
      lease('B-1', container('ended'), laden),
      lease('C-1', container('silent'), { ...laden, silentForMs: 600_000 }),
      lease('D-1', container('ended', 2), { ...laden, token: 2 }),
    ];
    const containers = [running('ended', ['B-1', 'D-1'], { status: 'FAILED' }), running('silent', ['C-1'])];
    const { repairs, kept } = plan(leases, containers);
    expect(names({ repairs, kept })).toEqual(['InterruptSilent silent']);
    expect(kept).toMatchObject([
      { resource: ship('A-1'), reason: 'stale_cleanup', ...laden },
      { resource: ship('B-1'), reason: 'failed', ...laden },
      { resource: ship('C-1'), reason: 'expired', ...laden },
      { resource: ship('D-1'), reason: 'claim_rolled_back', ...laden },
    ]);
  });

  it('[A230] another player, when it is told whose', () => {
    const leases = [lease('SHIP-1', container('x')), lease('SHIP-1', container('y'), { player: 2 })];
    const containers = [running('p1', ['P-1']), running('p2', ['P-2'], { player: 2 })];
    expect(names(plan(leases, containers, { player: 2 }))).toEqual([
      'InterruptWithoutLease p2',
      'ReleaseOrphan SHIP-1',
    ]);
    expect(plan(leases, [], { player: 2 }).repairs).toMatchObject([{ resource: { scope: '2' } }]);
    expect(plan(leases, containers).repairs).toHaveLength(4);
  });

  it('a lease of another kind than a ship', () => {
    const task = { kind: 'task', scope: '1', name: 'SHIP-1' } as const;
    expect(plan([{ ...lease('SHIP-1', container('gone')), resource: task }], [])).toStrictEqual(nothing);
  });
});
