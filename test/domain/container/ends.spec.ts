import { complete, fail } from '../../../src/domain/container/attempts.js';
import { stop } from '../../../src/domain/container/lifecycle.js';
import {
  changed,
  completed,
  completing,
  containerId,
  failed,
  failing,
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

describe('a container, when its work is done', () => {
  it('[A020, A028, A168] goes from RUNNING to COMPLETED, exit code 0, and knows when', () => {
    completed()
      .thenExpect(changed, {
        type: 'ContainerCompleted',
        containerId,
        attempt: 1,
        exitCode: 0,
        atMs: t0 + minutes(10),
      })
      .thenState({ status: 'COMPLETED', exitCode: 0, stoppedAtMs: t0 + minutes(10), updatedAtMs: t0 + minutes(10) });
  });

  it('[A169] is refused in PENDING', () => {
    const refused = givenPending().when(complete, completing(t0, 0));
    refused.thenExpect({ type: 'WrongStatus', containerId, verb: 'complete', status: 'PENDING' });
    expect(textOf(refused.outcome)).toBe('cannot complete container in PENDING state');
  });

  it('[A170] is refused in COMPLETED', () => {
    const refused = completed().when(complete, completing(t0 + minutes(11)));
    expect(textOf(refused.thenNothingIsWritten().outcome)).toBe('cannot complete container in COMPLETED state');
  });

  it('[A171] is refused in STOPPED', () => {
    const refused = stopped().when(complete, completing(t0 + minutes(11)));
    expect(textOf(refused.thenNothingIsWritten().outcome)).toBe('cannot complete container in STOPPED state');
  });

  it('is refused while it backs off: that attempt has said its last word', () => {
    givenThat({ backOff: { notBeforeMs: t0 + 9_000, error: 'no fuel' } })
      .when(complete, completing(t0 + 8_000))
      .thenExpect({ type: 'WrongStatus', containerId, verb: 'complete', status: 'RUNNING' });
  });
});

describe('a container, when it fails', () => {
  it('[A021, A172] goes from RUNNING to FAILED with its error, exit code 1, and knows when', () => {
    failed()
      .thenExpect(changed, {
        type: 'ContainerFailed',
        containerId,
        attempt: 1,
        error: 'extraction failed',
        exitReason: 'extraction failed',
        exitCode: 1,
        atMs: t0 + 2_000,
      })
      .thenState({
        status: 'FAILED',
        lastError: 'extraction failed',
        stoppedAtMs: t0 + 2_000,
        exitCode: 1,
        exitReason: 'extraction failed',
      });
  });

  it('[A173] goes from PENDING to FAILED', () => {
    givenPending()
      .when(fail, failing(t0, 'validation failed', 0))
      .thenState({ status: 'FAILED', lastError: 'validation failed' });
  });

  it('[A174] goes from STOPPING to FAILED', () => {
    givenRunning({ restartPolicy: 'always' })
      .when(stop, stopping(t0 + 2_000))
      .when(fail, failing(t0 + 3_000, 'shutdown error'))
      .thenState({ status: 'FAILED', lastError: 'shutdown error' });
  });

  it('goes from INTERRUPTED to FAILED when nothing brings it back', () => {
    givenThat({ status: 'INTERRUPTED' })
      .when(fail, failing(t0 + 3_000, 'cut off'))
      .thenState({ status: 'FAILED', lastError: 'cut off' });
  });

  it('keeps a restart that it is due when the error of an interrupted attempt comes late', () => {
    givenThat({ status: 'INTERRUPTED', restartPolicy: 'on-failure' })
      .when(fail, failing(t0 + 3_000, 'cut off'))
      .thenState({
        status: 'INTERRUPTED',
        backOff: { notBeforeMs: t0 + 8_000, error: 'cut off' },
        lastError: 'cut off',
        restartCount: 1,
      });
  });

  it('[A175] is refused in COMPLETED', () => {
    const refused = completed().when(fail, failing(t0 + minutes(11), 'late'));
    refused.thenExpect({ type: 'WrongStatus', containerId, verb: 'fail', status: 'COMPLETED' });
    expect(textOf(refused.outcome)).toBe('cannot fail container in COMPLETED state');
  });

  it('[A176] is refused in STOPPED', () => {
    const refused = stopped().when(fail, failing(t0 + minutes(11), 'late'));
    expect(textOf(refused.thenNothingIsWritten().outcome)).toBe('cannot fail container in STOPPED state');
  });

  it('changes nothing when it has failed already', () => {
    failed()
      .when(fail, failing(t0 + 9_000, 'again'))
      .thenExpect(unchanged)
      .thenState({ lastError: 'extraction failed' });
  });
});
