import { attemptRefusal, beginAttempt, complete, fail, restartAfter } from '../../../src/domain/container/attempts.js';
import { mayRestart } from '../../../src/domain/container/container.js';
import type { RestartPolicy } from '../../../src/domain/container/events.js';
import { stop } from '../../../src/domain/container/lifecycle.js';
import { completeIteration } from '../../../src/domain/container/progress.js';
import {
  afterReset,
  asHolder,
  at,
  changed,
  completing,
  containerId,
  failing,
  given,
  givenRunning,
  givenThat,
  minutes,
  restarting,
  rules,
  stopping,
  t0,
  textOf,
  turning,
  unchanged,
} from './containers.js';

const failedAfter = (restartCount: number) =>
  givenThat({ status: 'FAILED', restartCount, lastError: 'API timeout', stoppedAtMs: t0 + 9_000, exitCode: 1 });
const beginning = (nowMs: number) => ({ ...at(nowMs), leases: [], immediately: false });

describe('a failed container, reset for a restart', () => {
  it('[A187a] is PENDING with one restart more; last error and stop time are gone', () => {
    const restarted = failedAfter(2).when(beginAttempt, restarting(t0 + 10_000));
    expect(restarted.events[0]).toEqual({ type: 'ContainerReset', containerId, restartCount: 3, atMs: t0 + 10_000 });
    expect(restarted.events.map(({ type }) => type)).toEqual([
      ...['ContainerReset', 'ContainerStarting', 'ContainerStarted'],
    ]);
    afterReset(failedAfter(2)).thenState({
      ...{ status: 'PENDING', restartCount: 3, lastError: null, stoppedAtMs: null, exitCode: null },
    });
  });

  it('[A186b] may not be once its restarts are spent, and stays FAILED', () => {
    for (const restartCount of [3, 4]) {
      const spent = failedAfter(restartCount);
      expect(mayRestart(spent.state!)).toBe(false);
      spent.when(beginAttempt, restarting(t0)).thenNothingIsWritten().thenState({ status: 'FAILED', restartCount });
    }
    expect(mayRestart(failedAfter(2).state!)).toBe(true);
  });

  it('[A187b] is refused with the count when its restarts are spent', () => {
    const refused = failedAfter(3).when(beginAttempt, restarting(t0));
    refused.thenExpect({ type: 'NoRestartLeft', containerId, restartCount: 3, maxRestarts: 3 });
    expect(textOf(refused.outcome)).toBe('container cannot be restarted (restarts: 3/3)');
  });

  it('[A187c] is nothing that a RUNNING one goes through: its next attempt uses no restart', () => {
    const running = givenRunning();
    expect(mayRestart(running.state!)).toBe(false);
    const { events } = running.when(beginAttempt, restarting(t0)).thenState({ restartCount: 0 });
    expect(events.map(({ type }) => type)).toEqual(['ContainerStarting', 'ContainerStarted']);
  });

  it('[A187d] keeps its id, type and player', () => {
    afterReset(failedAfter(0)).thenState({ containerId: 'mining-1', containerType: 'MINING', player: 1 });
  });

  it('[A187e] begins its iterations anew, up to the same maximum', () => {
    afterReset(givenThat({ status: 'FAILED', iteration: 3, maxIterations: 5 })).thenState({
      ...{ iteration: 0, maxIterations: 5 },
    });
  });

  it('[A187f] has no error any more', () => {
    afterReset(failedAfter(0)).thenState({ status: 'PENDING', lastError: null });
  });

  it('[A187g] counts each restart: two leave one, three leave none', () => {
    let now = failedAfter(0);
    for (const count of [1, 2, 3]) {
      const { state } = afterReset(now).thenState({ restartCount: count });
      now = givenThat({ ...state, status: 'FAILED' });
      expect(mayRestart(now.state!)).toBe(count < 3);
    }
  });

  it('[A194a] of player 42 is still of player 42', () => {
    afterReset(givenThat({ status: 'FAILED', player: 42 })).thenState({ player: 42, status: 'PENDING' });
  });

  it('[A194b] keeps its metadata', () => {
    const metadata = { ship_symbol: 'SHIP-1' };
    afterReset(givenThat({ status: 'FAILED', metadata })).thenState({ status: 'PENDING', metadata });
  });
});

describe('a restart policy', () => {
  const runningUnder = (restartPolicy: RestartPolicy) => givenRunning({ restartPolicy });
  const shortly = t0 + 2_000;

  it('[A037] "no" makes failure and success final', () => {
    runningUnder('no').when(fail, failing(shortly, 'no fuel')).thenState({ status: 'FAILED', backOff: null });
    runningUnder('no').when(complete, completing(shortly)).thenState({ status: 'COMPLETED' });
  });

  it('[A037, A254] "on-failure" restarts three times after 5, 30 and 120 s, so the command runs four times in all', () => {
    let now = given(...runningUnder('on-failure').history);
    for (const [index, delayMs] of [5_000, 30_000, 120_000].entries()) {
      const attempt = index + 1;
      const failedAtMs = t0 + 500_000 * attempt;
      const waits = now.when(fail, failing(failedAtMs, 'no fuel', attempt));
      waits
        .thenExpect(changed, {
          type: 'ContainerAttemptEnded',
          containerId,
          attempt,
          outcome: 'failed',
          error: 'no fuel',
          restartCount: attempt,
          notBeforeMs: failedAtMs + delayMs,
          atMs: failedAtMs,
        })
        .thenState({ status: 'RUNNING', restartCount: attempt });
      now = given(...waits.when(beginAttempt, beginning(failedAtMs + delayMs)).history);
    }
    now
      .thenState({ attempt: 4, status: 'RUNNING', backOff: null })
      .when(fail, failing(t0 + 2_000_000, 'no fuel', 4))
      .thenState({ status: 'FAILED', restartCount: 3 });
  });

  it('[A037] waits as its rules say, the last delay standing for all further ones', () => {
    const older = { delaysMs: [1_000, 2_000, 4_000], healthyAfterMs: minutes(10) };
    const delays = [0, 1, 2, 3, 4].map((restartCount) => {
      const { state } = givenThat({ restartPolicy: 'on-failure', restartCount, maxRestarts: 9 });
      return restartAfter(state!, 'failed', shortly, older)!.notBeforeMs - shortly;
    });
    expect(delays).toEqual([1_000, 2_000, 4_000, 4_000, 4_000]);
    const noWait = { ...older, delaysMs: [] };
    const { state } = givenThat({ restartPolicy: 'always', restartCount: 1 });
    expect(restartAfter(state!, 'failed', shortly, noWait)).toEqual({ restartCount: 2, notBeforeMs: shortly });
    expect(restartAfter(state!, 'completed', shortly, noWait)).toEqual({ restartCount: 0, notBeforeMs: shortly });
  });

  it('[A037] "on-failure" makes success final', () => {
    runningUnder('on-failure').when(complete, completing(shortly)).thenState({ status: 'COMPLETED' });
  });

  it.each(['always', 'unless-stopped'] as const)(
    '[A037] "%s" restarts after success as well, and uses no budget',
    (policy) => {
      givenThat({ restartPolicy: policy, restartCount: 2, iteration: 10, attemptStartedAtMs: t0 })
        .when(complete, completing(t0 + minutes(10)))
        .thenExpect(changed, {
          type: 'ContainerAttemptEnded',
          containerId,
          attempt: 1,
          outcome: 'completed',
          error: '',
          restartCount: 0,
          notBeforeMs: t0 + minutes(10),
          atMs: t0 + minutes(10),
        })
        .thenState({ status: 'RUNNING', iteration: 0, restartCount: 0, lastError: null });
    },
  );

  it('a success that comes at once waits the first delay: a run with nothing to do must not spin', () => {
    const idle = givenRunning({ restartPolicy: 'always', maxIterations: 0 });
    const nowMs = t0 + 1_001;
    idle.when(complete, completing(nowMs)).thenState({ backOff: { notBeforeMs: nowMs + 5_000, error: '' } });
  });

  it.each(['always', 'unless-stopped'] as const)('[A037] "%s" ends when a user stops it', (policy) => {
    runningUnder(policy)
      .when(stop, stopping(shortly))
      .when(complete, completing(shortly + 1))
      .thenNothingIsWritten()
      .when(stop, stopping(shortly + 2))
      .thenState({ status: 'STOPPED' });
  });

  it.each(['no', 'on-failure', 'always', 'unless-stopped'] as const)(
    '"%s" grants nothing after a permanent failure',
    (policy) => {
      givenRunning({ restartPolicy: policy })
        .when(fail, { ...failing(shortly, 'no such ship'), permanent: true })
        .thenState({ status: 'FAILED', restartCount: 0, backOff: null });
    },
  );

  it('gives the budget back after an iteration or ten minutes of life', () => {
    const spent = { restartPolicy: 'on-failure', restartCount: 3, attemptStartedAtMs: t0 } as const;
    givenThat(spent)
      .when(fail, failing(t0 + minutes(10) - 1, 'x'))
      .thenState({ status: 'FAILED', restartCount: 3 });
    for (const healthy of [
      givenThat(spent).when(fail, failing(t0 + minutes(10), 'x')),
      givenThat(spent)
        .when(completeIteration, turning(t0 + 5))
        .when(fail, failing(t0 + 6, 'x')),
    ]) {
      healthy.thenState({ status: 'RUNNING', restartCount: 1 });
      expect(healthy.state!.backOff!.notBeforeMs - healthy.state!.updatedAtMs).toBe(5_000);
    }
    const neverStarted = givenThat({ ...spent, attemptStartedAtMs: null });
    expect(restartAfter(neverStarted.state!, 'failed', t0 + minutes(99), rules)).toBeUndefined();
  });
});

describe('a container between two attempts', () => {
  const waiting = () => givenRunning({ restartPolicy: 'on-failure' }).when(fail, failing(t0 + 2_000, 'no fuel'));

  it('[A104, A251] is RUNNING, never FAILED, and keeps its id and its leases', () => {
    const leases = [{ ship: 'COOPER-2', token: 7 }];
    givenThat({ restartPolicy: 'on-failure', ships: ['COOPER-2'], leases })
      .when(fail, failing(t0 + 2_000, 'no fuel', 7))
      .thenState({ status: 'RUNNING', leases, containerId, lastError: 'no fuel', stoppedAtMs: null, exitCode: null });
  });

  it('refuses the next attempt before its time, and begins it then', () => {
    const early = waiting().when(beginAttempt, beginning(t0 + 6_999));
    early.thenExpect({ type: 'BackingOff', containerId, notBeforeMs: t0 + 7_000 });
    expect(textOf(early.outcome)).toBe('Container mining-1 waits before its next attempt');
    waiting()
      .when(beginAttempt, beginning(t0 + 7_000))
      .thenState({
        status: 'RUNNING',
        attempt: 2,
        backOff: null,
        attemptStartedAtMs: t0 + 7_000,
        iterationInAttempt: 0,
      })
      .thenState({ startedAtMs: t0 + 1_000 });
  });

  it('begins it before its time when told not to wait', () => {
    waiting()
      .when(beginAttempt, { ...beginning(t0 + 2_001), immediately: true })
      .thenState({ attempt: 2, backOff: null });
  });

  it('[A038, A255] is STOPPED at once by a stop: the pending restart is off', () => {
    waiting()
      .when(stop, stopping(t0 + 3_000))
      .thenState({ status: 'STOPPED', backOff: null, stoppedAtMs: t0 + 3_000, exitReason: 'asked' });
  });

  it('takes no further word from the attempt that ended', () => {
    waiting()
      .when(fail, failing(t0 + 2_500, 'again'))
      .thenExpect(unchanged);
    waiting()
      .when(completeIteration, turning(t0 + 2_500))
      .thenNothingIsWritten();
  });

  it('waits on after it was cut in between', () => {
    const { state } = waiting();
    expect(attemptRefusal({ ...state!, status: 'INTERRUPTED' }, t0 + 3_000, false)?.type).toBe('BackingOff');
    expect(attemptRefusal({ ...state!, status: 'INTERRUPTED' }, t0 + 7_000, false)).toBeUndefined();
  });
});

describe('the next attempt of a container', () => {
  const held = (token: number) => [{ ship: 'COOPER-2', token }];
  const holding = (overrides = {}) => givenThat({ ships: ['COOPER-2'], leases: held(7), ...overrides });

  it('[A100, A104] has the same id, a new number and the new token', () => {
    holding()
      .when(beginAttempt, { ...beginning(t0 + 9_000), leases: held(8) })
      .thenExpect(
        changed,
        { type: 'ContainerStarting', containerId, attempt: 2, atMs: t0 + 9_000 },
        { type: 'ContainerStarted', containerId, attempt: 2, leases: held(8), atMs: t0 + 9_000 },
      );
  });

  it('refuses every later word under the old token', () => {
    const second = holding().when(beginAttempt, { ...beginning(t0), leases: held(8) });
    const stale = { type: 'StaleAttempt', containerId, token: 7, currentToken: 8, attempt: 2 } as const;
    second.when(complete, completing(t0, 7)).thenExpect(stale);
    second.when(fail, failing(t0, 'late', 7)).thenExpect(stale);
    const late = second.when(completeIteration, turning(t0, 7));
    late.thenExpect(stale);
    expect(textOf(late.outcome)).toBe('token 7 of container mining-1 is not the one in force');
    second.when(complete, completing(t0, 8)).thenState({ status: 'COMPLETED' });
  });

  it('is begun once: asked again under the same token, it runs already', () => {
    const ask = { ...beginning(t0), leases: held(8) };
    holding().when(beginAttempt, ask).when(beginAttempt, ask).thenExpect(unchanged).thenState({ attempt: 2 });
  });

  it('is never begun under a token that an earlier one had', () => {
    const stale = { type: 'StaleAttempt', containerId, currentToken: 7, attempt: 1 } as const;
    const ask = (token: number) => ({ ...beginning(t0), leases: held(token) });
    holding()
      .when(beginAttempt, ask(6))
      .thenExpect({ ...stale, token: 6 });
    for (const overrides of [
      { status: 'INTERRUPTED' },
      { status: 'FAILED' },
      { backOff: { notBeforeMs: 0, error: '' } },
    ]) {
      holding(overrides)
        .when(beginAttempt, ask(7))
        .thenExpect({ ...stale, token: 7 });
    }
  });

  it('of a FAILED container spends a restart, and is refused when none is left', () => {
    givenThat({ status: 'FAILED', restartCount: 2, iteration: 4 })
      .when(beginAttempt, beginning(t0))
      .thenState({ status: 'RUNNING', restartCount: 3, iteration: 0, attempt: 2 });
    givenThat({ status: 'FAILED', restartCount: 3 })
      .when(beginAttempt, beginning(t0))
      .thenExpect({ type: 'NoRestartLeft', containerId, restartCount: 3, maxRestarts: 3 });
  });

  it.each(['INTERRUPTED', 'RUNNING', 'STOPPED', 'PENDING'] as const)('begins from %s', (status) => {
    givenThat({ status }).when(beginAttempt, beginning(t0)).thenState({ status: 'RUNNING', attempt: 2 });
  });

  it.each(['COMPLETED', 'STOPPING'] as const)('is refused in %s', (status) => {
    givenThat({ status })
      .when(beginAttempt, beginning(t0))
      .thenExpect({ type: 'WrongStatus', containerId, verb: 'start', status });
  });

  it('of a container without a ship has its number for a token', () => {
    const second = givenRunning().when(beginAttempt, beginning(t0));
    second.when(complete, { ...asHolder(t0, 1), rules }).thenNothingIsWritten();
    second.when(complete, { ...asHolder(t0, 2), rules }).thenState({ status: 'COMPLETED' });
  });
});
