import { begin, pass, standingOf } from '../../../src/domain/flow/claims.js';
import { currentPhase, percentDone } from '../../../src/domain/flow/flow.js';
import { cancel, continueFlow, declare, pause } from '../../../src/domain/flow/lifecycle.js';
import { flowRefusalText, isFlowRefusal } from '../../../src/domain/flow/refusals.js';
import { complete, fail, abandon, mostBytes, mostPhases, report } from '../../../src/domain/flow/work.js';
import { flow } from '../../../src/domain/flow/flow.js';
import { jsonBytes, type Json } from '../../../src/domain/kernel/json.js';
import { fold } from '../../support/fold.js';
import {
  agent,
  begun,
  beginning,
  by,
  completed,
  declared,
  declaring,
  flowId,
  given,
  of,
  phases,
  run,
  steering,
  t0,
} from './flows.js';

describe('a flow', () => {
  it('is declared once: the same again changes nothing, other phases are refused', () => {
    given()
      .when(declare, declaring())
      .thenExpect({ type: 'Declared', already: false }, declared)
      .when(declare, declaring({ nowMs: t0 + 1 }))
      .thenExpect({ type: 'Declared', already: true })
      .when(declare, declaring({ phases: phases.slice(1) }))
      .thenExpect({ type: 'FlowDiffers', flowId, differs: 'phases' })
      .when(declare, declaring({ maxFailures: 2 }))
      .thenExpect({ type: 'FlowDiffers', flowId, differs: 'maxFailures' });
  });

  it('says where it stands: the phase that is due, a later one, one that is done, and none at all', () => {
    const at = given(declared, begun('readiness', 1), completed('readiness', 1, 'architecture'));
    expect(standingOf(of('readiness'), at.state).outcome).toMatchObject({
      type: 'Done',
      phase: { result: { ok: true } },
    });
    expect(standingOf(of('architecture'), at.state).outcome).toMatchObject({ type: 'Claimable' });
    at.when(standingOf, of('finalization')).thenExpect({
      type: 'PhaseMismatch',
      flowId,
      expected: 'finalization',
      current: 'architecture',
    });
    at.when(standingOf, of('nothing')).thenExpect({
      type: 'UnknownPhase',
      flowId,
      phase: 'nothing',
      phases: phases.map(({ name }) => name),
    });
    given().when(standingOf, of('readiness')).thenExpect({ type: 'UnknownFlow', flowId });
    expect(percentDone(at.state ?? fail0())).toBe(33);
  });

  it('keeps the first result, and completes with its last phase', () => {
    given(declared, begun('readiness', 1))
      .when(complete, { ...run('readiness', 1), result: { ok: true } })
      .thenExpect({ type: 'Changed', already: false }, completed('readiness', 1, 'architecture'))
      .when(complete, { ...run('readiness', 1), result: 'another' })
      .thenExpect({ type: 'Changed', already: true })
      .when(begin, beginning('architecture', 1))
      .when(complete, { ...run('architecture', 1), result: null })
      .when(pass, of('finalization'))
      .thenState({ status: 'completed', endedAtMs: t0 });
  });

  it('[A396] goes past a phase that runs nothing, once, and without a token', () => {
    const at = given(
      declared,
      begun('readiness', 1),
      completed('readiness', 1, 'architecture'),
      begun('architecture', 1),
      completed('architecture', 1, 'finalization'),
    );
    const passed = at.when(pass, of('finalization'));
    expect(passed.outcome).toMatchObject({ type: 'Passed', phase: { name: 'finalization', token: 0 } });
    expect(passed.events.map(({ type }) => type)).toEqual(['PhasePassed', 'FlowCompleted']);
    expect(passed.when(pass, of('finalization')).outcome).toMatchObject({ type: 'Done' });
  });

  it('[A397, A388] can be tried again after a failure: the error is kept, and no progress of the old attempt', () => {
    const again = given(declared, begun('readiness', 1))
      .when(report, { ...run('readiness', 1), progress: { done: 1 } })
      .when(fail, { ...run('readiness', 1), error: 'Test error', failsFlow: false })
      .thenState({ status: 'in_progress' })
      .when(begin, beginning('readiness', 2))
      .thenExpect({ type: 'Begun' }, begun('readiness', 2));
    expect(again.state?.phases[0]).toEqual({
      ...{ name: 'readiness', runs: true, status: 'running', attempt: 2, token: 2, failures: 1 },
      ...{ holder: agent('session-1'), progress: null, result: null, error: 'Test error', abandoned: null },
      ...{ startedAtMs: t0, endedAtMs: null },
    });
  });

  it('fails as a whole when a failure says so, or after so many of one phase; and goes on when it is told to', () => {
    const failing = (token: number, failsFlow: boolean) => ({ ...run('readiness', token), error: 'no', failsFlow });
    given(declared, begun('readiness', 1))
      .when(fail, failing(1, true))
      .thenState({ status: 'failed', reason: 'no' })
      .when(begin, beginning('readiness', 2))
      .thenExpect({ type: 'FlowHasFailed', flowId, reason: 'no' })
      .when(continueFlow, steering())
      .when(begin, beginning('readiness', 2))
      .thenState({ status: 'in_progress' });
    given({ ...declared, maxFailures: 2 } as typeof declared, begun('readiness', 1))
      .when(fail, failing(1, false))
      .thenState({ status: 'in_progress' })
      .when(begin, beginning('readiness', 2))
      .when(fail, failing(2, false))
      .thenState({ status: 'failed' });
  });

  it('lets the running phase of a paused flow end, and begins nothing new', () => {
    given(declared, begun('readiness', 1))
      .when(pause, steering('over night'))
      .thenExpect(
        { type: 'Changed', already: false },
        { type: 'FlowPaused', flowId, reason: 'over night', by, atMs: t0 },
      )
      .when(complete, { ...run('readiness', 1), result: 1 })
      .thenState({ status: 'paused' })
      .when(begin, beginning('architecture', 1))
      .thenExpect({ type: 'FlowIsPaused', flowId, reason: 'over night' })
      .when(continueFlow, steering('good morning'))
      .thenState({ status: 'in_progress' })
      .when(continueFlow, steering())
      .thenExpect({ type: 'Changed', already: true });
  });

  it('fences the running phase when it is cancelled', () => {
    given(declared, begun('readiness', 1))
      .when(cancel, steering('not needed'))
      .thenExpect(
        { type: 'Changed', already: false },
        {
          type: 'FlowCancelled',
          ...{ flowId, reason: 'not needed', by, running: { phase: 'readiness', attempt: 1, token: 1 }, atMs: t0 },
        },
      )
      .when(complete, { ...run('readiness', 1), result: 1 })
      .thenExpect({
        type: 'StalePhase',
        ...{ flowId, phase: 'readiness', token: 1, currentToken: 1, status: 'cancelled' },
      })
      .when(begin, beginning('readiness', 2))
      .thenExpect({ type: 'FlowIsOver', flowId, status: 'cancelled' });
  });

  it('[A398] refuses the result of a holder that has lost the phase, also before anybody has noted the loss', () => {
    const stale = {
      type: 'StalePhase',
      flowId,
      phase: 'readiness',
      token: 1,
      currentToken: 2,
      status: 'running',
    } as const;
    const late = { ...run('readiness', 1), result: 'late' };
    given(declared, begun('readiness', 1))
      .when(begin, beginning('readiness', 2, 'session-2'))
      .thenState({ status: 'in_progress' })
      .when(complete, late)
      .thenExpect(stale);
    given(declared, begun('readiness', 1))
      .when(abandon, { ...run('readiness', 1), reason: 'expired', detail: 'silent for 300001 ms' })
      .when(complete, late)
      .thenExpect({ ...stale, currentToken: 1, status: 'abandoned' })
      .when(abandon, { ...run('readiness', 1), reason: 'manual', detail: '' })
      .thenExpect({ type: 'Changed', already: true });
  });

  it('begins nothing under a token that has run before', () => {
    given(declared, begun('readiness', 1))
      .when(abandon, { ...run('readiness', 1), reason: 'interrupted', detail: '' })
      .when(begin, beginning('readiness', 1))
      .thenExpect({
        type: 'StalePhase',
        ...{ flowId, phase: 'readiness', token: 1, currentToken: 1, status: 'abandoned' },
      });
  });

  it('keeps results, errors and milestones up to a size, and says which', () => {
    const large = 'ä'.repeat(8_192);
    const { outcome } = given(declared, begun('readiness', 1)).when(complete, {
      ...run('readiness', 1),
      result: large,
    });
    expect(outcome).toEqual({
      type: 'PhaseDataTooLarge',
      ...{ flowId, phase: 'readiness', what: 'result', bytes: 16_386, mostBytes: 16_384 },
    });
    expect(isFlowRefusal(outcome) && flowRefusalText(outcome)).toBe(
      'the result of phase readiness has 16386 bytes as JSON; at most 16384 are kept',
    );
    const at = given(declared, begun('readiness', 1));
    expect(at.when(fail, { ...run('readiness', 1), error: large, failsFlow: false }).outcome.type).toBe(
      'PhaseDataTooLarge',
    );
    expect(at.when(report, { ...run('readiness', 1), progress: large }).outcome.type).toBe('PhaseDataTooLarge');
  });

  it('with all it may keep still fits into one event of the log', () => {
    const names = Array.from({ length: mostPhases }, (_, index) => ({
      name: `${index}`.padStart(64, 'p'),
      runs: true,
    }));
    let state = fold(flow, [{ ...declared, phases: names } as typeof declared]);
    for (const { name } of names) {
      for (const decide of [
        (at: typeof state) => begin(beginning(name, 1, 'a'.repeat(128)), at),
        (at: typeof state) => fail({ ...run(name, 1), error: 'e'.repeat(mostBytes.error - 2), failsFlow: false }, at),
        (at: typeof state) => begin(beginning(name, 2, 'a'.repeat(128)), at),
        (at: typeof state) => complete({ ...run(name, 2), result: 'r'.repeat(mostBytes.result - 2) }, at),
      ]) {
        const { events } = decide(state);
        expect(events.length).toBeGreaterThan(0);
        state = events.reduce(flow.evolve, state);
      }
    }
    expect(currentPhase(state ?? fail0())).toBeUndefined();
    expect(jsonBytes(flow.chapterOf(state, t0) as unknown as Json)).toBeLessThan(1_048_576 - 2 * mostBytes.result);
  });
});

function fail0(): never {
  throw new Error('there is a flow');
}
