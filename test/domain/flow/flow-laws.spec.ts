import fc from 'fast-check';
import type { FlowEvent } from '../../../src/domain/flow/events.js';
import { currentPhase, flow, isDone, runningPhase } from '../../../src/domain/flow/flow.js';
import { isFlowRefusal } from '../../../src/domain/flow/refusals.js';
import { fold } from '../../support/fold.js';
import { frozen, historyOf, newestChapter, walk, withoutTimeOrChance } from '../laws.js';
import { commandFor, flowWalks, specs } from './walks.js';

const runs = { numRuns: 200 };
const advances = ({ type }: FlowEvent) => type === 'PhaseCompleted' || type === 'PhasePassed';

describe('over any commands, in any order, a flow', () => {
  it('never begins a completed or passed phase again', () => {
    fc.assert(
      fc.property(flowWalks, (steps) => {
        const done = new Set<string>();
        for (const event of historyOf(steps)) {
          if (event.type === 'PhaseStarted' || event.type === 'PhasePassed') expect(done).not.toContain(event.phase);
          if (advances(event) && 'phase' in event) done.add(event.phase);
        }
      }),
      runs,
    );
  });

  it('[A393] goes on by exactly one phase at each completion, in the declared order, and never back', () => {
    fc.assert(
      fc.property(flowWalks, (steps) => {
        for (const { before, after, events } of steps) {
          if (!before || !after) continue;
          const [were, are] = [before.phases.filter(isDone).length, after.phases.filter(isDone).length];
          expect(are - were).toBe(events.filter(advances).length);
          expect(are - were).toBeLessThanOrEqual(1);
          expect(after.phases.map(isDone)).toEqual(after.phases.map((_, index) => index < are));
          for (const event of events) {
            if (event.type === 'PhaseCompleted' || event.type === 'PhasePassed') {
              expect(event.next).toBe(currentPhase(after)?.name ?? null);
            }
          }
        }
      }),
      runs,
    );
  });

  it('runs one phase at a time, and none but the one that is due', () => {
    fc.assert(
      fc.property(flowWalks, (steps) => {
        for (const { after } of steps) {
          if (!after) continue;
          const running = after.phases.filter(({ status }) => status === 'running');
          expect(running.length).toBeLessThanOrEqual(1);
          if (running[0]) expect(running[0].name).toBe(currentPhase(after)?.name);
        }
      }),
      runs,
    );
  });

  it('[A398] is never written to under another token than the one the phase runs under', () => {
    fc.assert(
      fc.property(flowWalks, (steps) => {
        for (const { command, before, events } of steps) {
          const { verb, ask } = command;
          if (verb !== 'report' && verb !== 'complete' && verb !== 'fail') continue;
          const inForce = before ? runningPhase(before) : undefined;
          if (inForce?.name !== ask.phase || inForce?.token !== ask.token) expect(events).toEqual([]);
        }
      }),
      runs,
    );
  });

  it('begins each attempt of a phase under a higher token than the one before it', () => {
    fc.assert(
      fc.property(flowWalks, (steps) => {
        const newest = new Map<string, { token: number; attempt: number }>();
        for (const event of historyOf(steps)) {
          if (event.type !== 'PhaseStarted') continue;
          const last = newest.get(event.phase) ?? { token: 0, attempt: 0 };
          expect(event.token).toBeGreaterThan(last.token);
          expect(event.attempt).toBe(last.attempt + 1);
          newest.set(event.phase, event);
        }
      }),
      runs,
    );
  });

  it('begins nothing while it is paused, failed, cancelled or completed, and lets what runs in a paused one end', () => {
    fc.assert(
      fc.property(flowWalks, (steps) => {
        for (const { command, before, outcome, events } of steps) {
          if (!before || before.status === 'initialized' || before.status === 'in_progress') continue;
          expect(events.filter(({ type }) => type === 'PhaseStarted' || type === 'PhasePassed')).toEqual([]);
          const running = runningPhase(before);
          if (before.status !== 'paused' || running?.token !== command.ask.token) continue;
          if (command.verb === 'complete' && running?.name === command.ask.phase) {
            expect(outcome).toEqual({ type: 'Changed', already: false });
          }
        }
      }),
      runs,
    );
  });

  it('refuses whoever runs a phase everything once it is cancelled, and stays cancelled', () => {
    fc.assert(
      fc.property(flowWalks, (steps) => {
        for (const { before, events } of steps) if (before?.status === 'cancelled') expect(events).toEqual([]);
      }),
      runs,
    );
  });

  it('writes nothing more when the same command comes twice, but for a milestone', () => {
    fc.assert(
      fc.property(flowWalks, (steps) => {
        for (const { command, after } of steps) {
          if (command.verb !== 'report') expect(command.decide(after).events).toEqual([]);
        }
      }),
      runs,
    );
  });

  it('is completed exactly when all its phases are done', () => {
    fc.assert(
      fc.property(flowWalks, (steps) => {
        for (const { after } of steps) {
          if (after && after.status !== 'cancelled')
            expect(after.status === 'completed').toBe(after.phases.every(isDone));
        }
      }),
      runs,
    );
  });

  it('takes any further command in any state that it comes to, and writes nothing with a refusal', () => {
    fc.assert(
      fc.property(flowWalks, specs, (steps, further) => {
        for (const { after } of steps.slice(-3)) {
          for (const spec of further) {
            const { outcome, events } = commandFor(spec, after).decide(after);
            if (isFlowRefusal(outcome)) expect(events).toEqual([]);
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  it('decides by nothing but what it is given, and changes nothing of that', () => {
    fc.assert(
      fc.property(specs, (list) => {
        const once = withoutTimeOrChance(() => walk(flow, list, commandFor));
        expect(walk(flow, list, commandFor).map(({ events }) => events)).toEqual(once.map(({ events }) => events));
      }),
      runs,
    );
  });

  it('writes events that are the same after JSON', () => {
    fc.assert(
      fc.property(flowWalks, (steps) => {
        const history = historyOf(steps);
        expect(JSON.parse(JSON.stringify(history))).toStrictEqual(history);
      }),
      runs,
    );
  });

  it('may have its chapter opened anew at any point, and nothing is decided otherwise after it', () => {
    fc.assert(
      fc.property(flowWalks, specs, (steps, list) => {
        const history = frozen(historyOf(steps));
        const state = fold(flow, history);
        const chapter = flow.chapterOf(state, 5);
        if (!chapter) return expect(state).toBeNull();
        const anew = fold(flow, newestChapter(flow, [...history, JSON.parse(JSON.stringify(chapter)) as FlowEvent]));
        expect(anew).toStrictEqual(state);
        for (const spec of list)
          expect(commandFor(spec, anew).decide(anew)).toEqual(commandFor(spec, state).decide(state));
      }),
      { numRuns: 100 },
    );
  });
});
