import fc from 'fast-check';
import { InvalidId } from '../../../src/domain/ids.js';
import { isFlightRefusal } from '../../../src/application/flights/flight.js';
import { isAgentTaskRefusal } from '../../../src/domain/agent-task/refusals.js';
import {
  containerRefusalText,
  isContainerRefusal,
  type ContainerRefusal,
} from '../../../src/domain/container/refusals.js';
import { isFlowRefusal } from '../../../src/domain/flow/refusals.js';
import { releaseReasonOf, releaseReasons } from '../../../src/domain/lease/reasons.js';
import { isLeaseRefusal, leaseRefusalText, type LeaseRefusal } from '../../../src/domain/lease/refusals.js';
import {
  leaseStream,
  resource,
  resourceOfStream,
  sameResource,
  shipResource,
} from '../../../src/domain/lease/resource.js';
import { held, one, operator, ore } from './leases.js';

describe('the reason of a release', () => {
  it('is itself when it is listed, in any case, with dashes or underscores', () => {
    for (const reason of releaseReasons) {
      expect(releaseReasonOf(reason)).toBe(reason);
      expect(releaseReasonOf(reason.toUpperCase().replaceAll('_', '-'))).toBe(reason);
    }
  });

  it.each([
    ['COMPLETE', 'completed'],
    ['canceled', 'cancelled'],
    ['container_stopped', 'stopped'],
    ['container_failed', 'failed'],
    ['STALE_TIMEOUT', 'expired'],
    ['DEAD_PROCESS', 'dead_process'],
    ['orphaned_cleanup', 'orphaned'],
    ['manual_cleanup', 'manual'],
    ['early_release', 'manual'],
    ['shutdown', 'daemon_shutdown'],
    ['stale_cleanup', 'stale_cleanup'],
  ])('said as %s is %s', (word, reason) => {
    expect(releaseReasonOf(word)).toBe(reason);
  });

  it('is none for any other word, also for those that every object knows', () => {
    for (const word of ['because', '', 'constructor', 'toString', '__proto__', 'hasOwnProperty']) {
      expect(releaseReasonOf(word)).toBeUndefined();
    }
    fc.assert(
      fc.property(fc.string(), (word) => {
        const reason = releaseReasonOf(word);
        expect(reason === undefined || releaseReasons.includes(reason)).toBe(true);
      }),
    );
  });
});

describe('the stream of a lease', () => {
  const resources = fc.oneof(
    fc.record({
      kind: fc.constantFrom('task' as const, 'phase' as const),
      scope: fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/),
      name: fc.stringMatching(/^[A-Za-z0-9_.-]{1,128}$/),
    }),
    fc.record({
      kind: fc.constant('ship' as const),
      scope: fc.integer({ min: 1 }).map(String),
      name: fc.stringMatching(/^[A-Z0-9][A-Z0-9_-]{0,63}$/),
    }),
  );

  it('names what is held, by kind', () => {
    expect(leaseStream(shipResource(7, 'COOPER-2'))).toBe('ship-7.COOPER-2');
    expect(leaseStream(resource('task', 'fixes', '42'))).toBe('tasklock-fixes.42');
    expect(leaseStream(resource('phase', 'my-flow', 'step.one'))).toBe('phase-my-flow.step.one');
  });

  it('reads back as the same resource, and no two resources share one', () => {
    fc.assert(
      fc.property(resources, resources, ({ kind, scope, name }, another) => {
        const it = resource(kind, scope, name);
        expect(resourceOfStream(leaseStream(it))).toEqual(it);
        const other = resource(another.kind, another.scope, another.name);
        expect(leaseStream(it) === leaseStream(other)).toBe(sameResource(it, other));
      }),
    );
  });

  it.each(['container-x', 'ship-', 'ship-1', 'ship-1.', 'ships-1.A', '$ship-1.A', 'ship'])('is not %s', (stream) => {
    expect(resourceOfStream(stream)).toBeUndefined();
  });

  it('is never made of text that has no plain form', () => {
    for (const [scope, name] of [
      ['a.b', 'c'],
      ['', 'c'],
      ['a', ''],
      ['a', 'b/c'],
      ['a b', 'c'],
      ['a', 'b'.repeat(129)],
    ] as const) {
      expect(() => resource('task', scope, name)).toThrow(InvalidId);
    }
    expect(() => resource('ship', 'x', 'COOPER-2')).toThrow(InvalidId);
    expect(() => resource('ship', '1', 'cooper')).toThrow(InvalidId);
  });

  it('of a ship has its player written in one way only', () => {
    expect(resource('ship', '007', 'COOPER-2')).toEqual(shipResource(7, 'COOPER-2'));
  });

  it('is the same for the same kind, scope and name alone', () => {
    const it = resource('task', 'a', 'b');
    for (const other of [resource('phase', 'a', 'b'), resource('task', 'x', 'b'), resource('task', 'a', 'x')]) {
      expect(sameResource(it, other)).toBe(false);
    }
    expect(sameResource(it, resource('task', 'a', 'b'))).toBe(true);
  });
});

describe('every refusal', () => {
  const ship = shipResource(1, 'COOPER-2');
  const ofLease: Record<LeaseRefusal['type'], LeaseRefusal> = {
    HeldByAnother: { type: 'HeldByAnother', resource: ship, hold: held(one, 1, 0) },
    ReservedByOperator: { type: 'ReservedByOperator', resource: ship, hold: held(operator('ada'), 1, 0) },
    NotFreeYet: { type: 'NotFreeYet', resource: ship, freeFromMs: 5 },
    Laden: { type: 'Laden', resource: ship, obligations: [ore(), ore('o2')] },
    StaleToken: { type: 'StaleToken', resource: ship, token: 1, lastToken: 2, hold: null },
    NeverHeld: { type: 'NeverHeld', resource: ship },
    OtherProcess: { type: 'OtherProcess', resource: ship, token: 1, hold: held(one, 1, 0) },
    NotProvenDead: { type: 'NotProvenDead', resource: ship, token: 1, hold: held(one, 1, 0), why: 'alive' },
    WorkUnfinished: { type: 'WorkUnfinished', resource: ship, token: 1 },
    UnknownEffect: { type: 'UnknownEffect', resource: ship, effectId: 'e' },
    UnknownObligation: { type: 'UnknownObligation', resource: ship, obligationId: 'o' },
    IdTaken: { type: 'IdTaken', resource: ship, id: 'e', differs: 'probe' },
    DeadlinePassed: { type: 'DeadlinePassed', resource: ship, deadlineMs: 5 },
  };
  const containerId = 'c';
  const ofContainer: Record<ContainerRefusal['type'], ContainerRefusal> = {
    AlreadyExists: { type: 'AlreadyExists', containerId },
    UnknownContainer: { type: 'UnknownContainer', containerId },
    UnknownContainerType: { type: 'UnknownContainerType', containerType: 'X' },
    WrongStatus: { type: 'WrongStatus', containerId, verb: 'stop', status: 'STOPPED' },
    NoRestartLeft: { type: 'NoRestartLeft', containerId, restartCount: 3, maxRestarts: 3 },
    BackingOff: { type: 'BackingOff', containerId, notBeforeMs: 5 },
    StaleAttempt: { type: 'StaleAttempt', containerId, token: 1, currentToken: 2, attempt: 2 },
    PlayerMismatch: { type: 'PlayerMismatch', containerId, player: 2 },
    NoIterationLeft: { type: 'NoIterationLeft', containerId, maxIterations: 3 },
  };

  it('of a lease is known as one, and has a sentence of its own that names the ship', () => {
    const texts = Object.values(ofLease).map(leaseRefusalText);
    expect(new Set(texts).size).toBe(texts.length);
    for (const text of texts) expect(text).toContain('COOPER-2');
    expect(Object.values(ofLease).every(isLeaseRefusal)).toBe(true);
    expect(leaseRefusalText(ofLease.Laden)).toBe('Ship COOPER-2 still owes 40 IRON_ORE, 40 IRON_ORE');
  });

  it('of a container is known as one, and has a sentence of its own', () => {
    const texts = Object.values(ofContainer).map(containerRefusalText);
    expect(new Set(texts).size).toBe(texts.length);
    expect(Object.values(ofContainer).every(isContainerRefusal)).toBe(true);
    expect(containerRefusalText(ofContainer.PlayerMismatch)).toContain('ship player_id mismatch');
  });

  it('is told from an answer', () => {
    expect(isLeaseRefusal({ type: 'Granted' })).toBe(false);
    expect(isContainerRefusal({ type: 'Changed' })).toBe(false);
    for (const isRefusal of [isLeaseRefusal, isContainerRefusal, isFlowRefusal, isAgentTaskRefusal, isFlightRefusal]) {
      expect(isRefusal({ type: 'toString' })).toBe(false);
    }
  });

  it('names a task as a task and a phase as a phase', () => {
    const hold = held(one, 1, 0);
    const said = (kind: 'task' | 'phase') =>
      leaseRefusalText({ type: 'HeldByAnother', resource: resource(kind, 'flow', 'p1'), hold });
    expect([said('task'), said('phase')]).toEqual([
      'Task #flow/p1 is locked by container-123',
      'Phase flow/p1 is locked by container-123',
    ]);
  });

  it('calls a task of the main queue by its number alone, and says of a lock for whom it is held', () => {
    const lock = resource('task', 'main', '7');
    const hold = { ...held(one, 1, 0), owner: 'test_ai' };
    expect(leaseRefusalText({ type: 'HeldByAnother', resource: lock, hold })).toBe('Task #7 is locked by test_ai');
    expect(leaseRefusalText({ type: 'NeverHeld', resource: lock })).toBe('Task #7 was never locked');
  });
});
