import { container, operator, ore, ship } from '../lease/leases.js';
import { nowMs, lease, running, plan, nothing, names } from './sweeps.js';

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

describe('what a sweep never touches', () => {
  it('[A231, A245] a reservation', () => {
    expect(plan([lease('SHIP-1', operator('ada'))], [])).toStrictEqual(nothing);
  });

  it('a laden ship: it is kept and reported with what it owes and why it should go', () => {
    const laden = { obligations: [ore()] };
    const leases = [
      lease('A-1', container('gone'), laden),
      lease('B-1', container('ended'), laden),
      lease('D-1', container('ended', 2), { ...laden, token: 2 }),
    ];
    const containers = [running('ended', ['B-1', 'D-1'], { status: 'FAILED' })];
    const { repairs, kept } = plan(leases, containers);
    expect(names({ repairs, kept })).toEqual([]);
    expect(kept).toMatchObject([
      { resource: ship('A-1'), reason: 'stale_cleanup', ...laden },
      { resource: ship('B-1'), reason: 'failed', ...laden },
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
