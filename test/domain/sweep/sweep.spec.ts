import type { ContainerStatus } from '../../../src/domain/container/events.js';
import type { Holder } from '../../../src/domain/lease/events.js';
import { container, operator, ship } from '../lease/leases.js';
import { minute, nowMs, lease, running, plan, nothing, orphan, names } from './sweeps.js';

describe('a lease whose container does not exist', () => {
  it('[A070, A342d] is released as stale_cleanup', () => {
    expect(plan([lease('SHIP-1', container('container-123'))], [])).toStrictEqual({
      repairs: [orphan('SHIP-1', 'container-123')],
      kept: [],
    });
  });

  it('[A073, A342d] is released with all the others like it', () => {
    const leases = [1, 2, 3].map((n) => lease(`SHIP-${n}`, container(`container-${n}`)));
    expect(plan(leases, []).repairs).toStrictEqual([1, 2, 3].map((n) => orphan(`SHIP-${n}`, `container-${n}`)));
  });

  it('[A006, A227] is released as daemon_restart at a start, however long ago it was created', () => {
    const old = lease('SHIP-1', container('old-container-999'), { sinceMs: nowMs - 120 * minute });
    const { repairs } = plan([old], [], { orphanReason: 'daemon_restart' });
    expect(repairs).toStrictEqual([{ ...orphan('SHIP-1', 'old-container-999'), reason: 'daemon_restart' }]);
  });

  it('[A077] is left alone for a grace period: its container may be about to be written', () => {
    const claimed = (agoMs: number) => plan([lease('SHIP-1', container('new'), { sinceMs: nowMs - agoMs })], []);
    expect(claimed(minute - 1)).toStrictEqual(nothing);
    expect(names(claimed(minute))).toEqual(['ReleaseOrphan SHIP-1']);
  });

  it('[A215, A342a] is the only one released: those of existing containers stay', () => {
    const leases = [
      lease('MINER-1', container('container-123')),
      lease('MINER-2', container('container-456')),
      lease('TRANSPORT-1', container('container-789')),
    ];
    const containers = [running('container-123', ['MINER-1']), running('container-789', ['TRANSPORT-1'])];
    expect(plan(leases, containers).repairs).toStrictEqual([orphan('MINER-2', 'container-456')]);
  });

  it('[A072, A216, A342b] is never one of a running container with its ship', () => {
    expect(plan([lease('MINER-1', container('c'))], [running('c', ['MINER-1'])])).toStrictEqual(nothing);
  });

  it('[A217, A342c] is not counted when it is idle', () => {
    const leases = [lease('MINER-1', null), lease('MINER-2', container('container-456'))];
    expect(plan(leases, []).repairs).toStrictEqual([orphan('MINER-2', 'container-456')]);
  });
});

describe('a lease whose container has ended', () => {
  it.each([
    ['COMPLETED', 'completed'],
    ['FAILED', 'failed'],
    ['STOPPED', 'stopped'],
  ] as const)('[A076, A229b] in %s is released as %s', (status, reason) => {
    expect(plan([lease('SHIP-1', container('c'))], [running('c', ['SHIP-1'], { status })]).repairs).toStrictEqual([
      {
        type: 'ReleaseEnded',
        resource: ship('SHIP-1'),
        holder: container('c'),
        token: 1,
        reason,
        detail: 'holder_ended',
      },
    ]);
  });

  it('[A228] is released with every other ship of that container', () => {
    const ships = ['TEST-SHIP-6', 'TEST-SHIP-7', 'TEST-SHIP-8'];
    const leases = ships.map((each) => lease(each, container('scout')));
    const { repairs } = plan(leases, [running('scout', ships, { status: 'COMPLETED' })]);
    expect(repairs.map(({ type, reason }) => [type, reason])).toEqual(Array(3).fill(['ReleaseEnded', 'completed']));
  });

  it('is rolled back when it was taken for a restart that never came, once that is past its grace', () => {
    const ended = running('c', ['SHIP-1'], { status: 'STOPPED' });
    const taken = (agoMs: number) =>
      plan([lease('SHIP-1', container('c', 2), { token: 2, sinceMs: nowMs - agoMs })], [ended]);
    expect(taken(minute - 1)).toStrictEqual(nothing);
    expect(taken(minute).repairs).toMatchObject([
      { type: 'RollBackClaim', token: 2, reason: 'claim_rolled_back', detail: 'holder_ended' },
    ]);
    const neverStarted = running('c', ['SHIP-1'], { status: 'FAILED', leases: [] });
    expect(names(plan([lease('SHIP-1', container('c'))], [neverStarted]))).toEqual(['RollBackClaim SHIP-1']);
  });
});

describe('a running container', () => {
  const interrupted = (detail: string) => [
    { type: 'InterruptWithoutLease', containerId: 'c', token: 1, reason: 'lease_lost', detail },
  ];
  const c = running('c', ['COOPER-2']);

  it('[A293] without the lease of its ship is interrupted, and the reason says which', () => {
    expect(plan([], [c]).repairs).toStrictEqual(interrupted('COOPER-2 is not held'));
    expect(plan([lease('COOPER-2', null)], [c]).repairs).toStrictEqual(interrupted('COOPER-2 is not held'));
  });

  it('whose ship another holds is interrupted', () => {
    const taken = (holder: Holder) =>
      plan([lease('COOPER-2', holder, { token: 9 })], [c, running('other', [])]).repairs;
    expect(taken(container('other'))).toStrictEqual(interrupted('COOPER-2 is held by other under token 9, not 1'));
    expect(taken(operator('ada'))).toStrictEqual(interrupted('COOPER-2 is held by ada under token 9, not 1'));
    expect(taken({ kind: 'agent', id: 'c', attempt: 1 })).toHaveLength(1);
  });

  it('that runs under a token which its lease has not reached is interrupted', () => {
    const ahead = running('c', ['COOPER-2'], { leases: [{ ship: 'COOPER-2', token: 4 }] });
    expect(plan([lease('COOPER-2', container('c'), { token: 3 })], [ahead]).repairs).toMatchObject([
      { type: 'InterruptWithoutLease', token: 4, detail: 'COOPER-2 is held by c under token 3, not 4' },
    ]);
    const unstarted = running('c', ['COOPER-2'], { leases: [] });
    expect(plan([lease('COOPER-2', operator('ada'))], [unstarted]).repairs).toMatchObject([
      { detail: 'COOPER-2 is held by ada under token 1' },
    ]);
  });

  it('is interrupted for one lost ship of several', () => {
    const tour = running('c', ['A-1', 'B-1', 'C-1']);
    const leases = [lease('A-1', container('c')), lease('C-1', container('c'))];
    expect(plan(leases, [tour]).repairs).toStrictEqual(interrupted('B-1 is not held'));
  });

  it('that has only just begun is left alone: its lease may not be read yet', () => {
    const begun = (agoMs: number) => plan([], [running('c', ['COOPER-2'], { attemptStartedAtMs: nowMs - agoMs })]);
    expect(begun(minute - 1)).toStrictEqual(nothing);
    expect(names(begun(minute))).toEqual(['InterruptWithoutLease c']);
    const starting = { status: 'STARTING', attemptStartedAtMs: null, updatedAtMs: nowMs - minute } as const;
    expect(names(plan([], [running('c', ['COOPER-2'], starting)]))).toEqual(['InterruptWithoutLease c']);
  });

  it('without a ship needs no lease', () => {
    expect(plan([], [running('coordinator', [])])).toStrictEqual(nothing);
  });

  it.each(['INTERRUPTED', 'PENDING'] as const)('is not one that is %s', (status) => {
    expect(plan([], [running('c', ['COOPER-2'], { status })])).toStrictEqual(nothing);
    expect(plan([lease('COOPER-2', container('c'))], [running('c', ['COOPER-2'], { status })])).toStrictEqual(nothing);
  });
});

describe('a lease that was passed on to an attempt which never began', () => {
  const passedOn = (agoMs: number) => lease('COOPER-2', container('c', 2), { token: 2, sinceMs: nowMs - agoMs });

  it.each(['RUNNING', 'INTERRUPTED', 'PENDING'] as ContainerStatus[])(
    'is followed by that attempt, from %s',
    (status) => {
      expect(plan([passedOn(minute)], [running('c', ['COOPER-2'], { status })]).repairs).toStrictEqual([
        {
          type: 'FinishAttempt',
          containerId: 'c',
          token: 1,
          leases: [{ ship: 'COOPER-2', token: 2 }],
          reason: 'half_made_restart',
          detail: 'COOPER-2 passed on under token 2',
        },
      ]);
    },
  );

  it('is left alone for a grace period', () => {
    expect(plan([passedOn(minute - 1)], [running('c', ['COOPER-2'])])).toStrictEqual(nothing);
  });

  it('waits for no other ship that is still with the old attempt, but for none that is lost', () => {
    const two = running('c', ['COOPER-2', 'COOPER-3']);
    const own = lease('COOPER-3', container('c'));
    expect(plan([passedOn(minute), own], [two]).repairs).toMatchObject([
      {
        type: 'FinishAttempt',
        leases: [{ token: 2 }, { ship: 'COOPER-3', token: 1 }],
        detail: 'COOPER-2 passed on under token 2',
      },
    ]);
    expect(names(plan([passedOn(minute)], [two]))).toEqual(['InterruptWithoutLease c']);
  });
});
