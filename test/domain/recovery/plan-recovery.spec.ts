import { leaseStream } from '../../../src/domain/lease/resource.js';
import type { CargoEvidence } from '../../../src/domain/recovery/recovery.js';
import { aContainer, after, aLease, cooper, mira, nowMs, planFor, world, type World } from './recovered.js';

const fatesOf = (found: World) => planFor(found).fates.map(({ fate }) => fate);
const stepsOf = (found: World) => planFor(found).steps;
const cargo = (evidence: CargoEvidence) => new Map([[leaseStream(cooper), evidence]]);
const held = { ships: ['COOPER-2'], leases: [{ ship: 'COOPER-2', token: 1 }] };
const ore = { type: 'read', goods: [{ good: 'IRON_ORE', units: 40 }] } as const;

describe('what a start does with one lease', () => {
  it.each(['RUNNING', 'STARTING', 'PENDING', 'INTERRUPTED'] as const)(
    '[A040, A047] takes over a container that is %s and that no daemon runs, and keeps its lease',
    (status) => {
      const found = world([aLease('c')], [aContainer({ containerId: 'c', status, ...held })], { c: 'gone' });
      expect(planFor(found)).toMatchObject({
        fates: [{ fate: 'adopted', token: 1 }],
        steps: [{ type: 'Adopt', containerId: 'c', token: 1, notBeforeMs: null }],
      });
      expect(stepsOf(after(found, stepsOf(found)))).toEqual([]);
    },
  );

  it('leaves a container alone that a living daemon runs, here or elsewhere', () => {
    for (const runner of ['here', 'elsewhere'] as const) {
      const found = world([aLease('c')], [aContainer({ containerId: 'c', ...held })], { c: runner });
      expect(planFor(found)).toMatchObject({ fates: [{ fate: 'run' }], steps: [] });
    }
  });

  it('leaves to the monitor what a worker runs', () => {
    const container = aContainer({ containerId: 'c', runner: 'external', ...held });
    expect(planFor(world([aLease('c')], [container], { c: 'gone' }))).toMatchObject({
      fates: [{ fate: 'awaiting-worker' }],
      steps: [],
    });
  });

  it('waits for a back-off that is not over', () => {
    const backOff = { notBeforeMs: nowMs + 5_000, error: 'no fuel' };
    const found = world([aLease('c')], [aContainer({ containerId: 'c', backOff, ...held })], { c: 'gone' });
    expect(stepsOf(found)).toMatchObject([{ type: 'Adopt', notBeforeMs: nowMs + 5_000 }]);
  });

  it('[A006] frees a ship whose holder has ended, or does not exist, once it is proven empty', () => {
    const ended = world([aLease('c')], [aContainer({ containerId: 'c', status: 'COMPLETED', ...held })]);
    expect(stepsOf(ended)).toMatchObject([{ type: 'Release', token: 1, detail: 'holder_ended' }]);
    const unknown = world([aLease('c')], [], {}, cargo({ type: 'read', goods: [] }));
    expect(stepsOf(unknown)).toMatchObject([{ type: 'Release', token: 1, detail: 'holder_unknown' }]);
    expect(stepsOf(after(unknown, stepsOf(unknown)))).toEqual([]);
  });

  it('leaves a claim alone that is still being made', () => {
    expect(planFor(world([aLease('c', { sinceMs: nowMs - 1_000 })], []))).toMatchObject({
      fates: [{ fate: 'being-made' }],
      steps: [],
    });
  });

  it('binds cargo that nobody answers for, once, and keeps the ship', () => {
    const found = world([aLease('c')], [], {}, cargo(ore));
    expect(planFor(found)).toMatchObject({
      fates: [{ fate: 'laden' }],
      steps: [{ type: 'Bind', obligationId: 'liquidate-IRON_ORE', good: 'IRON_ORE', units: 40 }],
    });
    const bound = after(found, stepsOf(found));
    expect(planFor(bound)).toMatchObject({ fates: [{ fate: 'laden' }], steps: [] });
  });

  it('binds only what is aboard beyond what the ship owes, under an id that is not in use', () => {
    const obligations = [{ obligationId: 'liquidate-IRON_ORE', good: 'IRON_ORE', units: 30, sinceMs: 1 }];
    const found = world([aLease('c', { obligations })], [], {}, cargo(ore));
    expect(stepsOf(found)).toMatchObject([{ type: 'Bind', obligationId: 'liquidate-IRON_ORE-2', units: 10 }]);
    expect(stepsOf(after(found, stepsOf(found)))).toEqual([]);
  });

  it('keeps, and looks again at, a ship whose cargo cannot be read', () => {
    const found = world([aLease('c')], [], {}, cargo({ type: 'unreadable', reason: 'the game is away' }));
    expect(planFor(found)).toMatchObject({ fates: [{ fate: 'unverified' }], steps: [] });
  });

  it('does not touch reservations and sessions', () => {
    const by = (kind: 'operator' | 'agent') => ({ holder: { kind, id: 'ada', attempt: 1 }, token: 1, sinceMs: 0 });
    const leases = [aLease(null, { hold: by('operator') }), aLease(null, { hold: by('agent'), resource: mira })];
    expect(fatesOf(world(leases, []))).toEqual(['reserved', 'session']);
    expect(stepsOf(world(leases, []))).toEqual([]);
  });
});

describe('what a start does with one container', () => {
  it('finishes a stop that nobody is left to answer', () => {
    const container = aContainer({ containerId: 'c', status: 'STOPPING', stopReason: 'lunch', ...held });
    const found = world([aLease('c')], [container], { c: 'gone' });
    expect(planFor(found)).toMatchObject({
      fates: [{ fate: 'released' }],
      steps: [{ type: 'FinishStop', containerId: 'c', reason: 'lunch' }],
    });
    expect(stepsOf(after(found, stepsOf(found)))).toEqual([]);
  });

  it('binds the cargo of one that stops before its ship is freed, and waits while it cannot be read', () => {
    const container = aContainer({ containerId: 'c', status: 'STOPPING', ...held });
    const laden = world([aLease('c')], [container], { c: 'gone' }, cargo(ore));
    expect(stepsOf(laden).map(({ type }) => type)).toEqual(['Bind', 'FinishStop']);
    expect(stepsOf(after(laden, stepsOf(laden)))).toEqual([]);
    const unreadable = cargo({ type: 'unreadable', reason: 'the game is away' });
    expect(planFor(world([aLease('c')], [container], { c: 'gone' }, unreadable))).toMatchObject({
      fates: [{ fate: 'unverified' }],
      steps: [],
    });
  });

  it('[A291] fails what belongs to a closed era, before anybody asks for its worker, and takes over the rest', () => {
    const [old, theirs, young] = [
      aContainer({ containerId: 'old', ...held }),
      aContainer({ containerId: 'theirs', runner: 'external', ships: [] }),
      aContainer({ containerId: 'young', createdAtMs: nowMs - 1_000, ships: ['COOPER-2'] }),
    ];
    const closed = new Map([[1, nowMs - 5_000]]);
    const found = world([aLease('old')], [old, theirs, young], { old: 'gone', young: 'gone' }, new Map(), closed);
    expect(stepsOf(found)).toMatchObject([
      { type: 'Fail', containerId: 'old', exitReason: 'dead_era' },
      { type: 'Fail', containerId: 'theirs', exitReason: 'dead_era' },
      { type: 'Adopt', containerId: 'young' },
    ]);
    expect(stepsOf(after(found, stepsOf(found)))).toEqual([]);
    const open = world([aLease('old')], [old, theirs], { old: 'gone' }, new Map(), new Map([[2, nowMs]]));
    expect(stepsOf(open)).toMatchObject([{ type: 'Adopt', containerId: 'old' }]);
  });

  it('[A044] frees a zombie first where a container is to have its ship back', () => {
    const zombie = aContainer({ containerId: 'zombie', status: 'FAILED', ...held });
    const found = world([aLease('zombie')], [zombie, aContainer({ containerId: 'c' })], { c: 'gone' });
    expect(stepsOf(found).map(({ type }) => type)).toEqual(['Release', 'Adopt']);
    expect(stepsOf(after(found, stepsOf(found)))).toEqual([]);
  });

  it('[A045] of two containers that name one ship, one goes on and the other is FAILED', () => {
    const [one, two] = [aContainer({ containerId: 'one', ...held }), aContainer({ containerId: 'two', ...held })];
    const runners = { one: 'gone', two: 'gone' } as const;
    const heldByTwo = world([aLease('two')], [one, two], runners);
    expect(stepsOf(heldByTwo)).toMatchObject([
      { type: 'Fail', containerId: 'one', exitReason: 'assignment_conflict', detail: 'COOPER-2 is held by two' },
      { type: 'Adopt', containerId: 'two' },
    ]);
    const heldByNone = world([aLease(null)], [one, two], runners);
    expect(stepsOf(heldByNone)).toMatchObject([
      { type: 'Fail', containerId: 'two' },
      { type: 'Adopt', containerId: 'one' },
    ]);
    for (const found of [heldByTwo, heldByNone]) expect(stepsOf(after(found, stepsOf(found)))).toEqual([]);
  });

  it('waits for a ship that is reserved, laden or not free yet, and fails nobody for it', () => {
    const operator = { holder: { kind: 'operator', id: 'ada', attempt: 1 }, token: 2, sinceMs: 0 } as const;
    const debt = { obligationId: 'o', good: 'FUEL', units: 1, sinceMs: 1 };
    for (const lease of [
      aLease(null, { hold: operator }),
      aLease('gone-for-good', { obligations: [debt] }),
      aLease(null, { freeFromMs: nowMs + 1 }),
    ]) {
      expect(stepsOf(world([lease], [aContainer({ containerId: 'c' })], { c: 'gone' }))).toEqual([]);
    }
  });

  it('takes a ship that has become free meanwhile', () => {
    const container = aContainer({ containerId: 'c', ships: ['COOPER-2', 'MIRA-1'] });
    const leases = [aLease('c'), aLease(null, { resource: mira, freeFromMs: nowMs - 1 })];
    expect(stepsOf(world(leases, [container], { c: 'gone' }))).toMatchObject([{ type: 'Adopt' }]);
  });
});
