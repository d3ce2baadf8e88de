import { beginAttempt, complete, fail } from '../../../src/domain/container/attempts.js';
import { type ContainerStatus } from '../../../src/domain/container/events.js';
import {
  create,
  createAndStart,
  interrupt,
  markStopped,
  remove,
  start,
  stop,
} from '../../../src/domain/container/lifecycle.js';
import { operationName } from '../../../src/domain/container/types.js';
import {
  asHolder,
  at,
  changed,
  completed,
  completing,
  containerId,
  description,
  failing,
  given,
  givenNothing,
  givenPending,
  givenRunning,
  givenThat,
  restarting,
  starting,
  stopped,
  stopping,
  t0,
  textOf,
} from './containers.js';

describe('a container, when it is created', () => {
  it('[A160] is PENDING with no iteration, no restart and no times of a run', () => {
    givenNothing
      .when(create, { ...description(), nowMs: t0 })
      .thenExpect({ type: 'Created' }, { type: 'ContainerCreated', ...description(), atMs: t0 })
      .thenState({
        status: 'PENDING',
        iteration: 0,
        maxIterations: 10,
        restartCount: 0,
        startedAtMs: null,
        stoppedAtMs: null,
        attempt: 0,
      });
  });

  it('[A161] keeps -1 iterations as infinite', () => {
    const scout = description({ containerId: 'scout-1', containerType: 'SCOUT', maxIterations: -1 });
    givenNothing
      .when(create, { ...scout, nowMs: t0 })
      .thenState({ containerId: 'scout-1', containerType: 'SCOUT', status: 'PENDING', maxIterations: -1 });
  });

  it('[A162] has the metadata it was given', () => {
    const metadata = { asteroid: 'X1-A1-FIELD', resource_type: 'IRON_ORE' };
    givenNothing.when(create, { ...description({ metadata }), nowMs: t0 }).thenState({ metadata });
  });

  it('[A190d] knows when it was created and updated, and has the restarts it was given', () => {
    givenPending().thenState({ createdAtMs: t0, updatedAtMs: t0, maxRestarts: 3 });
  });

  it('[A194a] may belong to player 999999', () => {
    givenPending({ player: 999_999 }).thenState({ player: 999_999 });
  });

  it('[A033] is refused under an id that exists, and the first is not touched', () => {
    const second = { ...description({ containerType: 'SCOUT' }), nowMs: t0 + 1 };
    const refused = givenRunning().when(create, second);
    refused
      .thenExpect({ type: 'AlreadyExists', containerId })
      .thenState({ containerType: 'MINING', status: 'RUNNING' });
    expect(textOf(refused.outcome)).toBe('Container mining-1 already exists');
  });

  it('[A033] is refused under the id of a removed one: an id is never used twice', () => {
    completed()
      .when(remove, at(t0))
      .when(create, { ...description(), nowMs: t0 })
      .thenExpect({
        type: 'AlreadyExists',
        containerId,
      });
  });

  it('[A034] is refused with an unknown type, whether or not the id exists', () => {
    const unknown = { ...description({ containerType: 'SUBMARINE' }), nowMs: t0 };
    for (const before of [givenNothing, givenRunning()]) {
      const refused = before.when(create, unknown);
      refused.thenExpect({ type: 'UnknownContainerType', containerType: 'SUBMARINE' });
      expect(textOf(refused.outcome)).toBe('Unknown container type: SUBMARINE');
    }
    givenNothing.when(createAndStart, { ...unknown, leases: [] }).thenNothingIsWritten();
  });

  it('[A035] shares nothing with the object it was given', () => {
    const config = { params: { ship_symbol: 'ENDURANCE-2', markets: ['A1', 'B2'] } };
    const metadata = { crew: { captain: 'ada' } };
    const ships = ['ENDURANCE-2'];
    const one = givenNothing.when(create, { ...description({ config, metadata, ships }), nowMs: t0 });
    const other = givenNothing.when(create, { ...description({ config, metadata, ships }), nowMs: t0 });
    config.params.markets.push('C3');
    config.params.ship_symbol = 'ENDURANCE-3';
    metadata.crew.captain = 'bob';
    ships.push('ENDURANCE-3');
    for (const { state } of [one, other]) {
      expect(state?.config).toStrictEqual({ params: { ship_symbol: 'ENDURANCE-2', markets: ['A1', 'B2'] } });
      expect(state?.metadata).toStrictEqual({ crew: { captain: 'ada' } });
      expect(state?.ships).toStrictEqual(['ENDURANCE-2']);
    }
    expect(one.state?.config).not.toBe(other.state?.config);
  });

  it('can be running at once: created and started are one append', () => {
    const leases = [{ ship: 'COOPER-2', token: 7 }];
    const ask = { ...description({ ships: ['COOPER-2'] }), nowMs: t0, leases };
    givenNothing
      .when(createAndStart, ask)
      .thenExpect(
        { type: 'Created' },
        { type: 'ContainerCreated', ...description({ ships: ['COOPER-2'] }), atMs: t0 },
        { type: 'ContainerStarting', containerId, attempt: 1, atMs: t0 },
        { type: 'ContainerStarted', containerId, attempt: 1, leases, atMs: t0 },
      )
      .thenState({ status: 'RUNNING', leases, startedAtMs: t0, attemptStartedAtMs: t0 })
      .when(createAndStart, ask)
      .thenExpect({ type: 'AlreadyExists', containerId });
  });
});

describe('a container, when it is started', () => {
  it('[A163] goes from PENDING to RUNNING and knows when', () => {
    givenPending()
      .when(start, starting(t0 + 1_000))
      .thenExpect(
        changed,
        { type: 'ContainerStarting', containerId, attempt: 1, atMs: t0 + 1_000 },
        { type: 'ContainerStarted', containerId, attempt: 1, leases: [], atMs: t0 + 1_000 },
      )
      .thenState({ status: 'RUNNING', attempt: 1, startedAtMs: t0 + 1_000, updatedAtMs: t0 + 1_000 });
  });

  it('[A164] goes from STOPPED to RUNNING, in a new attempt', () => {
    stopped()
      .when(start, starting(t0 + 9_000))
      .thenState({ status: 'RUNNING', attempt: 2, stoppedAtMs: null, exitReason: null, stopReason: null });
  });

  const refusals: ContainerStatus[] = ['RUNNING', 'FAILED', 'COMPLETED', 'STOPPING', 'STARTING', 'INTERRUPTED'];
  it.each(refusals)('[A165, A167] is refused in %s', (status) => {
    const refused = givenThat({ status }).when(start, starting(t0 + 2_000));
    refused.thenExpect({ type: 'WrongStatus', containerId, verb: 'start', status });
    expect(textOf(refused.outcome)).toBe(`cannot start container in ${status} state`);
  });

  it('is refused under a token that it has had: an older lease never brings an attempt back', () => {
    const leases = [{ ship: 'COOPER-2', token: 7 }];
    for (const token of [6, 7]) {
      givenThat({ status: 'STOPPED', ships: ['COOPER-2'], leases })
        .when(start, { ...at(t0), leases: [{ ship: 'COOPER-2', token }] })
        .thenExpect({ type: 'StaleAttempt', containerId, token, currentToken: 7, attempt: 1 });
    }
  });
});

describe('a command on a container that does not exist', () => {
  const none = { type: 'UnknownContainer', containerId } as const;
  it('is refused and writes nothing, whatever it is', () => {
    givenNothing.when(start, starting(t0)).thenExpect(none);
    givenNothing.when(stop, stopping(t0)).thenExpect(none);
    givenNothing.when(markStopped, at(t0)).thenExpect(none);
    givenNothing.when(interrupt, stopping(t0)).thenExpect(none);
    givenNothing.when(complete, completing(t0)).thenExpect(none);
    givenNothing.when(fail, failing(t0, 'x')).thenExpect(none);
    givenNothing.when(beginAttempt, restarting(t0)).thenExpect(none);
    givenNothing.when(stop, { ...stopping(t0), ...asHolder(t0) }).thenExpect(none);
  });

  it('is a fault of the log, not of the asker, when a history begins without its creation', () => {
    expect(() => given({ type: 'ContainerRemoved', containerId, atMs: t0 })).toThrow(
      "a container's history cannot begin with ContainerRemoved",
    );
  });
});

describe('the word that an id begins with', () => {
  it.each([
    ['command', 'ScoutTourCommand', 'scout-tour'],
    ['command', 'scout_tour', 'scout-tour'],
    ['MINING_WORKER', '', 'mining-worker'],
    ['NAVIGATE', 'NavigateCommand', 'navigate'],
    ['DOCK', 'Command', 'dock'],
  ])('of type %s and command "%s" is %s', (containerType, commandType, word) => {
    expect(operationName(containerType, commandType)).toBe(word);
  });
});
