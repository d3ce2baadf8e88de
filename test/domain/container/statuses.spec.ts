import { beginAttempt, complete, fail } from '../../../src/domain/container/attempts.js';
import { containerStatuses, type ContainerStatus } from '../../../src/domain/container/events.js';
import { isFinished, isLive, isRunning, isStopping } from '../../../src/domain/container/container.js';
import { create, interrupt, markStopped, start, stop } from '../../../src/domain/container/lifecycle.js';
import {
  afterReset,
  at,
  completed,
  completing,
  containerId,
  description,
  failed,
  failing,
  given,
  givenPending,
  givenRunning,
  givenThat,
  restarting,
  starting,
  stopped,
  stopping,
  t0,
} from './containers.js';

describe('what a status means', () => {
  const statesWhere = (holds: (container: { readonly status: ContainerStatus }) => boolean) =>
    containerStatuses.filter((status) => holds({ status }));

  it('[A190a] only RUNNING is running', () => {
    expect(statesWhere(isRunning)).toEqual(['RUNNING']);
  });

  it('[A190b] COMPLETED, FAILED and STOPPED are finished', () => {
    expect(statesWhere(isFinished)).toEqual(['STOPPED', 'COMPLETED', 'FAILED']);
  });

  it('[A190c] only STOPPING is stopping', () => {
    expect(statesWhere(isStopping)).toEqual(['STOPPING']);
  });

  it('each status is either live or finished, never both', () => {
    for (const status of containerStatuses) expect(isLive({ status })).toBe(!isFinished({ status }));
  });

  it('[A190d] each transition moves the updated time, and none the created time', () => {
    const steps = [
      givenPending().when(start, starting(t0 + 1)),
      givenRunning().when(stop, stopping(t0 + 2_000)),
      stopped(),
      completed(),
      failed(),
      failed().when(beginAttempt, restarting(t0 + 5_000)),
      givenRunning().when(interrupt, { ...at(t0 + 6_000), reason: 'cut' }),
    ];
    for (const { state, events } of steps) {
      expect(events.length).toBeGreaterThan(0);
      expect(state?.updatedAtMs).toBe(events.at(-1)?.atMs);
      expect(state?.createdAtMs).toBe(t0);
    }
  });

  it('[A194c] its type, player and id are the same in every state', () => {
    const tour = { containerType: 'SCOUT_TOUR', player: 42 };
    const running = givenRunning(tour);
    const states = [
      givenPending(tour),
      running,
      running.when(stop, stopping(t0)),
      running.when(stop, stopping(t0)).when(markStopped, at(t0)),
      running.when(complete, completing(t0)),
      running.when(fail, failing(t0, 'x')),
      afterReset(given(...running.when(fail, failing(t0, 'x')).history)),
      running.when(interrupt, { ...at(t0), reason: 'cut' }),
    ];
    for (const each of states) each.thenState({ containerType: 'SCOUT_TOUR', player: 42, containerId });
    expect(new Set(states.map(({ state }) => state?.status)).size).toBe(7);
  });

  it('[A193a] of COMPLETED, FAILED and RUNNING ones, the finished are the first two', () => {
    const fleet = [
      givenThat({ containerId: 'container-1', status: 'RUNNING' }),
      givenThat({ containerId: 'container-2', status: 'COMPLETED' }),
      givenThat({ containerId: 'container-3', status: 'FAILED' }),
    ].map(({ state }) => state!);
    expect(fleet.filter(isFinished).map((each) => each.containerId)).toEqual(['container-2', 'container-3']);
  });

  it('[A193b] of those that are COMPLETED, each is finished', () => {
    expect(isFinished(completed().state!)).toBe(true);
  });

  it('[A032, A193c] containers started together run side by side, each with its own start time', () => {
    const fleet = [1, 2, 3, 4, 5].map((n) => {
      const id = `container-${n}`;
      return given()
        .when(create, { ...description({ containerId: id }), nowMs: t0 })
        .when(start, { containerId: id, leases: [], nowMs: t0 + n });
    });
    fleet[0]?.when(complete, { ...completing(t0 + 50), containerId: 'container-1' }).thenState({ status: 'COMPLETED' });
    expect(fleet.map(({ state }) => state?.status)).toEqual(Array(5).fill('RUNNING'));
    expect(fleet.map(({ state }) => state?.startedAtMs)).toEqual([1, 2, 3, 4, 5].map((n) => t0 + n));
  });
});
