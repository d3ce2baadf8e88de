import { container, continues } from '../../../src/domain/container/container.js';
import { complete, fail } from '../../../src/domain/container/attempts.js';
import { markStopped, start, stop } from '../../../src/domain/container/lifecycle.js';
import { completeIteration, setMetadata, visitMarket } from '../../../src/domain/container/progress.js';
import { examples } from '../../support/examples.js';
import {
  asHolder,
  at,
  changed,
  completing,
  containerId,
  failing,
  givenPending,
  givenRunning,
  givenThat,
  minutes,
  rules,
  runtimeMs,
  starting,
  stopping,
  t0,
  textOf,
  turning,
  unchanged,
} from './containers.js';

const goesOn = (maxIterations: number, iteration: number) => continues(givenThat({ maxIterations, iteration }).state!);

describe('the iterations of a container', () => {
  it('[A184a] never end when there is no maximum', () => {
    for (const iteration of [0, 100, 1_000, 999_999]) expect(goesOn(-1, iteration)).toBe(true);
  });

  it('[A184b] of 5 go on at 0 and at 4', () => {
    for (const iteration of [0, 4]) expect(goesOn(5, iteration)).toBe(true);
  });

  it('[A184c] of 5 do not go on at 5 nor at 6', () => {
    for (const iteration of [5, 6]) expect(goesOn(5, iteration)).toBe(false);
  });

  it('[A036, A184d] of 1 go on at 0, and not after one', () => {
    const once = givenRunning({ maxIterations: 1 });
    expect(continues(once.state!)).toBe(true);
    expect(continues(once.when(completeIteration, turning(t0)).state!)).toBe(false);
  });

  it('[A184e] of 0 do not begin, and stay at 0', () => {
    const none = givenRunning({ maxIterations: 0 });
    expect(continues(none.state!)).toBe(false);
    const refused = none.when(completeIteration, turning(t0));
    refused.thenExpect({ type: 'NoIterationLeft', containerId, maxIterations: 0 }).thenState({ iteration: 0 });
    expect(textOf(refused.outcome)).toBe('Container mining-1 has done all of its 0 iterations');
  });

  it.each([
    [3, 2],
    [10, 9],
  ])('[A184f, A184g] of %i at %i end with the next one', (maxIterations, iteration) => {
    const last = givenThat({ maxIterations, iteration }).when(completeIteration, turning(t0));
    last.thenState({ iteration: maxIterations });
    expect(continues(last.state!)).toBe(false);
  });

  it('[A036, A184h] of 5 go on after the first and end after all five', () => {
    let now = givenRunning({ maxIterations: 5 });
    const after = [];
    for (let turn = 1; turn <= 5; turn++) {
      now = givenThat(now.when(completeIteration, turning(t0 + turn)).state!);
      after.push([now.state?.iteration, continues(now.state!)]);
    }
    expect(after).toEqual([
      [1, true],
      [2, true],
      [3, true],
      [4, true],
      [5, false],
    ]);
  });

  it('[A185a] at 2 are at 3 after one more', () => {
    givenThat({ iteration: 2 })
      .when(completeIteration, { ...turning(t0 + 5), report: { ore: 12 } })
      .thenExpect(changed, {
        type: 'ContainerIterationCompleted',
        containerId,
        attempt: 1,
        iteration: 3,
        visited: [],
        report: { ore: 12 },
        atMs: t0 + 5,
      })
      .thenState({ iteration: 3, iterationInAttempt: 1 });
  });

  it.each([
    ['PENDING', 0],
    ['COMPLETED', 5],
    ['STOPPED', 3],
    ['FAILED', 3],
    ['INTERRUPTED', 3],
  ] as const)('[A185b] are not counted in %s', (status, iteration) => {
    const refused = givenThat({ status, iteration }).when(completeIteration, turning(t0));
    refused.thenExpect({ type: 'WrongStatus', containerId, verb: 'increment iteration', status });
    refused.thenState({ iteration });
    expect(textOf(refused.outcome)).toBe(`cannot increment iteration in ${status} state`);
  });

  it('still count the one in flight while STOPPING', () => {
    givenRunning()
      .when(stop, stopping(t0))
      .when(completeIteration, turning(t0 + 1))
      .thenState({ iteration: 1 });
  });
});

describe('the tour of a container', () => {
  const visiting = (waypoint: string, nowMs = t0) => ({ ...asHolder(nowMs), waypoint });
  const atB2 = () =>
    givenRunning()
      .when(visitMarket, visiting('A1'))
      .when(visitMarket, visiting('B2', t0 + 7));

  it('remembers the markets of the lap in the order of the visits', () => {
    atB2()
      .thenExpect(changed, { type: 'ContainerMarketVisited', containerId, attempt: 1, waypoint: 'B2', atMs: t0 + 7 })
      .thenState({ progress: { visited: ['A1', 'B2'], lastLap: null } });
  });

  it('takes the same market twice running for one visit, and a return to it for another', () => {
    atB2().when(visitMarket, visiting('B2')).thenExpect(unchanged);
    atB2()
      .when(visitMarket, visiting('A1'))
      .thenState({ progress: { visited: ['A1', 'B2', 'A1'], lastLap: null } });
  });

  it('closes the lap with the iteration: what was reported as visited, or else what was seen', () => {
    const lap = (order: string[]) => ({ progress: { visited: [], lastLap: { order, completedAtMs: t0 + 9 } } });
    atB2()
      .when(completeIteration, turning(t0 + 9))
      .thenState(lap(['A1', 'B2']));
    atB2()
      .when(completeIteration, { ...turning(t0 + 9), visited: ['C3'] })
      .thenState(lap(['C3']));
  });

  it('keeps the newest thousand visits of a lap without end', () => {
    const visited = Array.from({ length: 1_000 }, (_, n) => `W${n}`);
    const { state } = givenThat({ progress: { visited, lastLap: null } }).when(visitMarket, visiting('LAST'));
    expect(state?.progress.visited).toHaveLength(1_000);
    expect(state?.progress.visited.at(0)).toBe('W1');
    expect(state?.progress.visited.at(-1)).toBe('LAST');
  });

  it('is reported while it runs or comes to a stop, by the attempt in force alone', () => {
    givenRunning().when(stop, stopping(t0)).when(visitMarket, visiting('A1')).thenState({ status: 'STOPPING' });
    const refused = givenThat({ status: 'INTERRUPTED' }).when(visitMarket, visiting('A1'));
    refused.thenExpect({ type: 'WrongStatus', containerId, verb: 'report', status: 'INTERRUPTED' });
    expect(textOf(refused.outcome)).toBe('cannot report container in INTERRUPTED state');
    givenThat({ attempt: 2 })
      .when(visitMarket, visiting('A1'))
      .thenExpect({ type: 'StaleAttempt', containerId, token: 1, currentToken: 2, attempt: 2 });
  });
});

describe('the metadata of a container', () => {
  const setting = (entries: Record<string, string | number>) => ({ ...at(t0 + 5), entries });

  it('[A188a] takes entries where there were none', () => {
    givenPending()
      .when(setMetadata, setting({ location: 'X1-A1-FIELD', priority: 'high' }))
      .thenExpect(changed, {
        type: 'ContainerMetadataSet',
        containerId,
        entries: { location: 'X1-A1-FIELD', priority: 'high' },
        atMs: t0 + 5,
      })
      .thenState({ metadata: { location: 'X1-A1-FIELD', priority: 'high' } });
  });

  it('is noted by its holder until the container has ended, and by a person also afterwards', () => {
    const ended = givenThat({ status: 'COMPLETED' });
    ended
      .when(setMetadata, { ...setting({ priority: 1 }), token: 1 })
      .thenExpect({ type: 'WrongStatus', containerId, verb: 'report', status: 'COMPLETED' });
    ended.when(setMetadata, setting({ priority: 1 })).thenState({ metadata: { priority: 1 } });
  });

  it('[A188b] keeps what it had', () => {
    givenPending({ metadata: { location: 'X1-A1-FIELD' } })
      .when(setMetadata, setting({ priority: 1 }))
      .thenState({ metadata: { location: 'X1-A1-FIELD', priority: 1 } });
  });

  it('[A188c] takes the new value of an entry', () => {
    givenPending({ metadata: { location: 'X1-A1-FIELD' } })
      .when(setMetadata, setting({ location: 'X1-B2-FIELD' }))
      .thenState({ metadata: { location: 'X1-B2-FIELD' } });
  });

  it('[A188d] tells an entry that is there from one that is not', () => {
    const { metadata } = givenPending({ metadata: { location: 'X1-A1-FIELD' } }).state!;
    expect(metadata['location']).toBe('X1-A1-FIELD');
    expect('missing' in metadata).toBe(false);
  });

  it('[A188e] is the same after start and complete', () => {
    const metadata = { location: 'X1-A1-FIELD' };
    givenPending({ metadata })
      .when(start, starting(t0))
      .thenState({ metadata })
      .when(complete, completing(t0))
      .thenState({ metadata });
  });

  it('[A188f] is empty when none was given', () => {
    givenPending().thenState({ metadata: {} });
  });

  it('writes nothing when it is so already, however deep', () => {
    const metadata = { crew: { captain: 'ada', hands: [1, 2] } };
    const now = givenPending({ metadata });
    now.when(setMetadata, { ...at(t0), entries: { crew: { hands: [1, 2], captain: 'ada' } } }).thenExpect(unchanged);
    for (const crew of [
      { captain: 'ada', hands: [2, 1] },
      { captain: 'ada' },
      { captain: 'ada', hands: { 0: 1 } },
      null,
    ]) {
      now.when(setMetadata, { ...at(t0), entries: { crew } }).thenState({ metadata: { crew } });
    }
    now
      .when(setMetadata, { ...at(t0), entries: { toString: 'x' } })
      .thenState({ metadata: { ...metadata, toString: 'x' } });
  });
});

describe('the times of a container', () => {
  const startedAtMs = t0 + 1_000;
  const runtime = (state: ReturnType<typeof givenRunning>['state'], nowMs: number) => runtimeMs(state!, nowMs);

  it('[A189b] RUNNING since 5 minutes has run for 300 s', () => {
    expect(runtime(givenRunning().state, startedAtMs + minutes(5))).toBe(300_000);
  });

  it('[A189c] ended has run until its stop time, not until now', () => {
    const muchLater = startedAtMs + minutes(60);
    const completed = givenRunning().when(complete, completing(startedAtMs + minutes(10)));
    const failed = givenRunning().when(fail, failing(startedAtMs + minutes(7), 'x'));
    const stopped = givenRunning()
      .when(stop, stopping(t0))
      .when(markStopped, at(startedAtMs + minutes(3)));
    expect([completed, failed, stopped].map(({ state }) => runtime(state, muchLater))).toEqual([
      600_000, 420_000, 180_000,
    ]);
  });

  it('[A189d] a REFUEL that takes 2 s has both times and a runtime of 2 s', () => {
    const refuel = givenPending({ containerType: 'REFUEL' })
      .when(start, starting(t0))
      .when(complete, { ...asHolder(t0 + 2_000), rules });
    refuel.thenState({ startedAtMs: t0, stoppedAtMs: t0 + 2_000 });
    expect(runtime(refuel.state, t0 + 99_000)).toBe(2_000);
  });

  it('never started, has not run', () => {
    expect(runtime(givenPending().state, t0 + minutes(5))).toBe(0);
    expect(runtime(givenPending().when(stop, stopping(t0 + 5)).state, t0 + 9)).toBe(0);
  });

  it('[A195a] keeps its start time to the end, and stops no earlier', () => {
    const { state } = givenRunning().when(complete, completing(t0 + 5_000));
    expect(state?.startedAtMs).toBe(startedAtMs);
    expect(state!.stoppedAtMs).toBeGreaterThanOrEqual(startedAtMs);
  });

  it('[A195b] keeps its stop time, however late it is looked at', () => {
    const done = givenRunning().when(complete, completing(t0 + 5_000));
    done.when(complete, completing(t0 + 10_000)).thenState({ stoppedAtMs: t0 + 5_000 });
    done.when(fail, failing(t0 + 10_000, 'late')).thenState({ stoppedAtMs: t0 + 5_000 });
  });
});

describe('the chapter of a container', () => {
  it('says all of its state; before it exists there is nothing to say', () => {
    const { state } = givenRunning();
    const chapter = container.chapterOf(state, t0 + 99);
    expect(chapter).toStrictEqual({ type: 'ContainerChapterOpened', containerId, state, atMs: t0 + 99 });
    expect(container.chapterOf(null, t0)).toBeUndefined();
    expect(container.opensChapter(chapter!)).toBe(true);
    expect(container.opensChapter(examples.container.created())).toBe(true);
    expect(container.opensChapter(examples.container.started())).toBe(false);
  });
});
