import { interrupt, markStopped, remove, stop } from '../../../src/domain/container/lifecycle.js';
import {
  at,
  changed,
  completed,
  containerId,
  failed,
  givenNothing,
  givenPending,
  givenRunning,
  givenThat,
  minutes,
  stopped,
  stopping,
  t0,
  textOf,
  unchanged,
} from './containers.js';

describe('a container, when it is stopped', () => {
  it('[A177] goes from RUNNING to STOPPING, without a stop time yet', () => {
    givenRunning()
      .when(stop, stopping(t0 + 2_000))
      .thenExpect(changed, {
        type: 'ContainerStopRequested',
        containerId,
        attempt: 1,
        reason: 'asked',
        atMs: t0 + 2_000,
      })
      .thenState({ status: 'STOPPING', stoppedAtMs: null, stopReason: 'asked' });
  });

  it('[A003, A178] goes from STOPPING to STOPPED when its runner says so, and knows when', () => {
    stopped()
      .thenExpect(changed, {
        type: 'ContainerStopped',
        containerId,
        attempt: 1,
        exitReason: 'asked',
        atMs: t0 + 3_000,
      })
      .thenState({ status: 'STOPPED', stoppedAtMs: t0 + 3_000, exitReason: 'asked', exitCode: null });
  });

  it('[A178] has the reason "stopped" when none was stored with the request', () => {
    givenThat({ status: 'STOPPING', stopReason: null }).when(markStopped, at(t0)).thenState({ exitReason: 'stopped' });
  });

  it('[A179, A195c] goes from PENDING to STOPPED at once: a stop time, but never a start time', () => {
    givenPending()
      .when(stop, stopping(t0 + 500))
      .thenState({ status: 'STOPPED', stoppedAtMs: t0 + 500, startedAtMs: null, exitReason: 'asked' });
  });

  it('[A180] goes from FAILED to STOPPED', () => {
    failed()
      .when(stop, stopping(t0 + 9_000))
      .thenState({ status: 'STOPPED', stoppedAtMs: t0 + 9_000 });
  });

  it('goes from INTERRUPTED to STOPPED at once, for nobody runs it', () => {
    givenThat({ status: 'INTERRUPTED' }).when(stop, stopping(t0)).thenState({ status: 'STOPPED' });
  });

  it('[A053] asked a second time, is STOPPED at once with the first reason', () => {
    givenRunning()
      .when(stop, stopping(t0 + 2_000))
      .when(stop, { ...at(t0 + 2_500), reason: 'impatience' })
      .thenState({ status: 'STOPPED', exitReason: 'asked', stoppedAtMs: t0 + 2_500 });
  });

  it.each(['STOPPED', 'COMPLETED'] as const)('[A182] is refused in %s', (status) => {
    const refused = givenThat({ status }).when(stop, stopping(t0));
    refused.thenExpect({ type: 'WrongStatus', containerId, verb: 'stop', status });
    expect(textOf(refused.outcome)).toBe(`cannot stop container in ${status} state`);
  });

  it('[A183] cannot be finalised while RUNNING', () => {
    const refused = givenRunning().when(markStopped, at(t0 + 2_000));
    refused.thenExpect({ type: 'WrongStatus', containerId, verb: 'mark stopped', status: 'RUNNING' });
    expect(textOf(refused.outcome)).toBe('cannot mark stopped when not in stopping state');
  });

  it('is not stopped by a word meant for an earlier attempt', () => {
    const now = givenThat({ attempt: 2 });
    const stale = { type: 'StaleAttempt', containerId, token: 1, currentToken: 2, attempt: 2 } as const;
    now.when(stop, { ...stopping(t0), token: 1 }).thenExpect(stale);
    now.when(interrupt, { ...stopping(t0), token: 1 }).thenExpect(stale);
    givenThat({ attempt: 2, status: 'STOPPING' })
      .when(markStopped, { ...at(t0), token: 1 })
      .thenExpect(stale);
    now.when(stop, { ...stopping(t0), token: 2 }).thenState({ status: 'STOPPING' });
    now.when(stop, { ...stopping(t0), token: null }).thenState({ status: 'STOPPING' });
  });
});

describe('a container, when its attempt is cut', () => {
  const cut = { ...at(t0 + 5_000), reason: 'daemon_shutdown' };

  it('[A258] is INTERRUPTED, not ended: it has no stop time and has used no restart', () => {
    givenRunning()
      .when(interrupt, cut)
      .thenExpect(changed, {
        type: 'ContainerInterrupted',
        containerId,
        attempt: 1,
        reason: 'daemon_shutdown',
        atMs: t0 + 5_000,
      })
      .thenState({ status: 'INTERRUPTED', stoppedAtMs: null, restartCount: 0, exitReason: 'daemon_shutdown' });
  });

  it('changes nothing the second time, nor once it has ended', () => {
    givenRunning().when(interrupt, cut).when(interrupt, cut).thenExpect(unchanged);
    for (const status of ['COMPLETED', 'FAILED', 'STOPPED'] as const) {
      givenThat({ status }).when(interrupt, cut).thenExpect(unchanged);
    }
  });

  it('[A037] is STOPPED when a stop was asked for: it must not come back', () => {
    givenRunning({ restartPolicy: 'unless-stopped' })
      .when(stop, stopping(t0 + 2_000))
      .when(interrupt, cut)
      .thenState({ status: 'STOPPED', exitReason: 'asked', stoppedAtMs: t0 + 5_000 });
  });
});

describe('a container, when it is removed', () => {
  it('[A025] is gone without a stop once it has completed, and answers nothing any more', () => {
    const removed = completed().when(remove, at(t0 + minutes(11)));
    removed.thenExpect(changed, { type: 'ContainerRemoved', containerId, atMs: t0 + minutes(11) });
    removed.thenState({ removed: true });
    const again = removed.when(remove, at(t0 + minutes(12)));
    again.thenExpect({ type: 'UnknownContainer', containerId });
    expect(textOf(again.outcome)).toBe('Container mining-1 not found');
    givenNothing.when(remove, at(t0)).thenExpect({ type: 'UnknownContainer', containerId });
  });

  it('[A067, A192b] is refused while RUNNING, and stays', () => {
    const refused = givenRunning().when(remove, at(t0 + 2_000));
    refused.thenExpect({ type: 'WrongStatus', containerId, verb: 'remove', status: 'RUNNING' });
    refused.thenState({ removed: false, status: 'RUNNING' });
    expect(textOf(refused.outcome)).toContain('Cannot remove running container mining-1 (status=RUNNING)');
    expect(textOf(refused.outcome)).toContain('must be stopped first');
  });
});
