import fc from 'fast-check';
import { containerStatuses } from '../../../src/domain/container/events.js';
import { leaseStream, shipResource } from '../../../src/domain/lease/resource.js';
import {
  isOfClosedEra,
  type CargoEvidence,
  type RecoveredContainer,
  type RecoveredLease,
  type RunnerEvidence,
} from '../../../src/domain/recovery/recovery.js';
import { after, nowMs, planFor, type World } from './recovered.js';

const ships = ['SHIP-1', 'SHIP-2', 'SHIP-3'];
const ids = ['c-1', 'c-2', 'c-3', 'c-4'];
const goods = ['FUEL', 'IRON_ORE'];

const shipsNamed = fc.subarray(ships);
const aContainer = (containerId: string): fc.Arbitrary<RecoveredContainer> =>
  fc.record({
    containerId: fc.constant(containerId),
    player: fc.constant(1),
    status: fc.constantFrom(...containerStatuses),
    ships: shipsNamed,
    leases: fc.constant([]),
    attempt: fc.integer({ min: 0, max: 3 }),
    backOff: fc.option(fc.record({ notBeforeMs: fc.constantFrom(nowMs - 1, nowMs + 1_000), error: fc.constant('x') })),
    stopReason: fc.option(fc.constant('lunch')),
    runner: fc.constantFrom('daemon', 'daemon', 'external'),
    createdAtMs: fc.constantFrom(1, nowMs - 1),
    attemptStartedAtMs: fc.constantFrom(null, nowMs - 5_000),
    exitReason: fc.constantFrom(null, 'daemon_shutdown', 'expired'),
    crashes: fc.constantFrom({ inARow: 4, alone: 0 }, { inARow: 7, alone: 2, company: 1 }, { inARow: 7, alone: 3 }),
  });

const aHold = fc.record({
  holder: fc.oneof(
    fc.record({
      kind: fc.constant('container' as const),
      id: fc.constantFrom(...ids, 'unknown'),
      attempt: fc.constant(1),
    }),
    fc.record({
      kind: fc.constantFrom('operator' as const, 'agent' as const),
      id: fc.constant('ada'),
      attempt: fc.constant(1),
    }),
  ),
  token: fc.integer({ min: 1, max: 9 }),
  sinceMs: fc.constantFrom(0, nowMs - 1),
});

const aLease = (ship: string): fc.Arbitrary<RecoveredLease> =>
  fc.record({
    resource: fc.constant(shipResource(1, ship)),
    hold: fc.option(aHold),
    obligations: fc.uniqueArray(
      fc.record({
        obligationId: fc.constantFrom('o', ...goods.map((good) => `liquidate-${good}`)),
        good: fc.constantFrom(...goods),
        units: fc.integer({ min: 1, max: 40 }),
        sinceMs: fc.constant(1),
      }),
      { maxLength: 2, selector: ({ obligationId }) => obligationId },
    ),
    freeFromMs: fc.constantFrom(0, nowMs - 1, nowMs + 1),
  });

const someCargo: fc.Arbitrary<CargoEvidence> = fc.oneof(
  fc.record({
    type: fc.constant('read' as const),
    goods: fc.uniqueArray(fc.record({ good: fc.constantFrom(...goods), units: fc.integer({ min: 1, max: 60 }) }), {
      selector: ({ good }) => good,
    }),
  }),
  fc.constant({ type: 'unreadable' as const, reason: 'away' }),
  fc.constant({ type: 'unknown' as const }),
);

const worlds: fc.Arbitrary<World> = fc
  .record({
    containers: fc.subarray(ids).chain((some) => fc.tuple(...some.map(aContainer))),
    leases: fc.subarray(ships).chain((some) => fc.tuple(...some.map(aLease))),
    runners: fc.dictionary(fc.constantFrom(...ids), fc.constantFrom<RunnerEvidence>('here', 'elsewhere', 'gone'), {
      noNullPrototype: true,
    }),
    cargo: fc.array(fc.tuple(fc.constantFrom(...ships), someCargo)),
    closedAtMs: fc.option(fc.constant(nowMs - 2)),
  })
  .map(({ containers, leases, runners, cargo, closedAtMs }) => ({
    state: { leases, containers, nowMs },
    evidence: {
      runners: new Map(Object.entries(runners)),
      erasClosedMs: new Map(closedAtMs === null ? [] : [[1, closedAtMs]]),
      cargo: new Map(cargo.map(([ship, evidence]) => [leaseStream(shipResource(1, ship)), evidence])),
    },
  }));

const runs = { numRuns: 3_000 };

describe('laws of the recovery', () => {
  it('what its steps lead to gives no second step, whatever was found', () => {
    fc.assert(
      fc.property(worlds, (found) => {
        expect(planFor(after(found, planFor(found).steps)).steps).toEqual([]);
      }),
      runs,
    );
  });

  it('every lease in force is accounted for once, and no other', () => {
    fc.assert(
      fc.property(worlds, (found) => {
        const held = found.state.leases
          .filter(({ hold }) => hold !== null)
          .map(({ resource }) => leaseStream(resource));
        expect(planFor(found).fates.map(({ resource }) => leaseStream(resource))).toEqual(held);
      }),
      runs,
    );
  });

  it('no ship is freed that is reserved, in use, owes something, or whose hold was not read though it could be', () => {
    fc.assert(
      fc.property(worlds, (found) => {
        const { state, evidence } = after(found, planFor(found).steps);
        const freed = found.state.leases.filter(({ hold, resource }) => {
          const now = state.leases.find((each) => leaseStream(each.resource) === leaseStream(resource));
          return hold !== null && now?.hold?.holder.id !== hold.holder.id;
        });
        for (const { resource, hold, obligations } of freed) {
          const aboard = evidence.cargo.get(leaseStream(resource));
          expect([hold?.holder.kind, obligations]).toEqual(['container', []]);
          expect(aboard?.type === 'read' ? aboard.goods : []).toEqual([]);
          expect(aboard?.type).not.toBe('unreadable');
          const holder = found.state.containers.find(({ containerId }) => containerId === hold?.holder.id);
          const runner = found.evidence.runners.get(holder?.containerId ?? '');
          if (holder?.runner === 'daemon')
            expect([undefined, 'elsewhere', 'here']).not.toContain(isOver(holder) ? 'gone' : runner);
          else if (holder) expect(isOver(holder) || isOfClosedEra(holder, found.evidence)).toBe(true);
        }
      }),
      runs,
    );
  });

  it('[A291] nobody is taken over whom somebody runs; a worker loses its container only with its era', () => {
    fc.assert(
      fc.property(worlds, (found) => {
        for (const step of planFor(found).steps) {
          if (!('containerId' in step)) continue;
          const container = found.state.containers.find(({ containerId }) => containerId === step.containerId);
          if (container?.runner !== 'daemon') {
            expect(step).toMatchObject({ type: 'Fail', exitReason: 'dead_era' });
            expect(container && isOfClosedEra(container, found.evidence)).toBe(true);
          } else expect(found.evidence.runners.get(step.containerId)).toBe('gone');
        }
      }),
      runs,
    );
  });
});

function isOver({ status }: RecoveredContainer): boolean {
  return status === 'COMPLETED' || status === 'FAILED' || status === 'STOPPED';
}
