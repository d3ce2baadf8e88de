import fc from 'fast-check';
import { container, containerToken, isFinished } from '../../../src/domain/container/container.js';
import type { ContainerEvent } from '../../../src/domain/container/events.js';
import { fold } from '../../support/fold.js';
import { frozen, historyOf, newestChapter, withoutTimeOrChance } from '../laws.js';
import { runtimeMs } from './containers.js';
import { commandFor, containerWalk, containerWalks, specs } from './walks.js';

const runs = { numRuns: 200 };

describe('over any commands, in any order, a container', () => {
  it('writes nothing more when the same command comes twice, but for a turn, a second stop, and a new attempt without a ship', () => {
    fc.assert(
      fc.property(containerWalks, (steps) => {
        for (const { command, after } of steps) {
          const again = command.decide(after).events;
          if (command.verb === 'turn' && again.length > 0) {
            expect(again.map(({ type }) => type)).toEqual(['ContainerIterationCompleted']);
          } else if (command.verb === 'stop' && again.length > 0) {
            expect(after?.status).toBe('STOPPING');
          } else if (command.verb === 'begin attempt' && again.length > 0) {
            expect(after?.ships).toEqual([]);
          } else {
            expect(again).toEqual([]);
          }
        }
      }),
      runs,
    );
  });

  it('numbers its attempts 1, 2, 3…, each under newer tokens than the one before', () => {
    fc.assert(
      fc.property(containerWalks, (steps) => {
        const started = historyOf(steps).filter((event) => event.type === 'ContainerStarted');
        expect(started.map(({ attempt }) => attempt)).toEqual(started.map((_, index) => index + 1));
        for (const [index, { leases }] of started.slice(1).entries()) {
          for (const { ship, token } of leases) {
            expect(token).toBeGreaterThan(started[index]?.leases.find((each) => each.ship === ship)?.token ?? 0);
          }
        }
      }),
      runs,
    );
  });

  it('is never changed under a stale token', () => {
    fc.assert(
      fc.property(containerWalks, (steps) => {
        for (const { command, before, events } of steps) {
          const { token } = command.ask;
          if (before && token !== undefined && token !== null && token !== containerToken(before))
            expect(events).toEqual([]);
        }
      }),
      runs,
    );
  });

  it('never turns more often than it may, nor restarts more often after failures', () => {
    fc.assert(
      fc.property(containerWalks, (steps) => {
        for (const { after } of steps) {
          if (!after) continue;
          expect(after.maxIterations === -1 || after.iteration <= after.maxIterations).toBe(true);
          expect(after.restartCount).toBeLessThanOrEqual(after.maxRestarts);
        }
      }),
      runs,
    );
  });

  it('has a stop time exactly when it has finished, and has never run for less than nothing', () => {
    fc.assert(
      fc.property(containerWalks, (steps) => {
        for (const { after } of steps) {
          if (!after) continue;
          expect(after.stoppedAtMs !== null).toBe(isFinished(after));
          expect(runtimeMs(after, after.updatedAtMs)).toBeGreaterThanOrEqual(0);
        }
      }),
      runs,
    );
  });

  it('backs off only where another attempt may come', () => {
    fc.assert(
      fc.property(containerWalks, (steps) => {
        for (const { after } of steps) {
          if (after?.backOff) expect(['RUNNING', 'INTERRUPTED']).toContain(after.status);
        }
      }),
      runs,
    );
  });

  it('stays COMPLETED once it is, and does nothing once it is removed', () => {
    fc.assert(
      fc.property(containerWalks, (steps) => {
        for (const { before, after, events } of steps) {
          if (before?.status === 'COMPLETED') expect(after?.status).toBe('COMPLETED');
          if (before?.removed) expect(events).toEqual([]);
        }
      }),
      runs,
    );
  });

  it('does not come back by itself once somebody has asked it to stop', () => {
    fc.assert(
      fc.property(containerWalks, (steps) => {
        for (const { before, after } of steps) {
          if (before?.status === 'STOPPING') expect(['STOPPING', 'STOPPED', 'FAILED']).toContain(after?.status);
        }
      }),
      runs,
    );
  });

  it('takes any further command in any state that it comes to, and knows its refusals', () => {
    fc.assert(
      fc.property(containerWalks, specs, (steps, further) => {
        for (const { after } of steps.slice(-3)) {
          for (const spec of further) expect(typeof commandFor(spec, after).decide(after).outcome.type).toBe('string');
        }
      }),
      { numRuns: 50 },
    );
  });

  it('decides by nothing but what it is given, and changes nothing of that', () => {
    fc.assert(
      fc.property(specs, (list) => {
        const said = (steps: ReturnType<typeof containerWalk>) =>
          steps.map(({ outcome, events }) => ({ outcome, events }));
        const once = withoutTimeOrChance(() => containerWalk(list));
        expect(said(containerWalk(list))).toEqual(said(once));
      }),
      runs,
    );
  });

  it('writes events that are the same after JSON', () => {
    fc.assert(
      fc.property(containerWalks, (steps) => {
        const history = historyOf(steps);
        expect(JSON.parse(JSON.stringify(history))).toStrictEqual(history);
      }),
      runs,
    );
  });

  it('comes to every status and writes every event', () => {
    const statuses = new Set<string | undefined>();
    const types = new Set<string>();
    for (const steps of fc.sample(containerWalks, { numRuns: 500, seed: 7 })) {
      for (const { after, events } of steps) {
        statuses.add(after?.status);
        for (const { type } of events) types.add(type);
      }
    }
    expect(statuses.size).toBe(7);
    expect([...types].sort()).toEqual([
      'ContainerAttemptEnded',
      'ContainerCompleted',
      'ContainerCreated',
      'ContainerFailed',
      'ContainerInterrupted',
      'ContainerIterationCompleted',
      'ContainerMarketVisited',
      'ContainerMetadataSet',
      'ContainerRemoved',
      'ContainerReset',
      'ContainerStarted',
      'ContainerStarting',
      'ContainerStopRequested',
      'ContainerStopped',
    ]);
  });
});

describe('the chapters of a container', () => {
  it('hold all that came before, wherever they were opened in its history', () => {
    fc.assert(
      fc.property(containerWalks, fc.array(fc.nat({ max: 60 }), { maxLength: 4 }), (steps, cuts) => {
        const plain = frozen(historyOf(steps));
        const history: ContainerEvent[] = [];
        for (const [index, event] of plain.entries()) {
          history.push(event);
          const chapter = cuts.includes(index) ? container.chapterOf(fold(container, history), 5) : undefined;
          if (chapter) history.push(JSON.parse(JSON.stringify(chapter)) as ContainerEvent);
          expect(fold(container, newestChapter(container, history))).toStrictEqual(
            fold(container, plain.slice(0, index + 1)),
          );
        }
      }),
      { numRuns: 200 },
    );
  });

  it('let nothing be decided otherwise', () => {
    fc.assert(
      fc.property(specs, fc.nat(), (list, where) => {
        const { after } = containerWalk(list).at(where % list.length)!;
        const chapter = container.chapterOf(after, 5);
        if (!chapter) throw new Error('a container that exists has a chapter');
        const anew = container.evolve(null, JSON.parse(JSON.stringify(chapter)) as ContainerEvent);
        for (const spec of list)
          expect(commandFor(spec, anew).decide(anew)).toEqual(commandFor(spec, after).decide(after));
      }),
      { numRuns: 100 },
    );
  });
});
