import fc from 'fast-check';
import { agentTask } from '../../../src/domain/agent-task/agent-task.js';
import type { AgentTaskEvent } from '../../../src/domain/agent-task/events.js';
import { waitAfterMs } from '../../../src/domain/agent-task/retry-ladder.js';
import { fold } from '../../support/fold.js';
import { frozen, historyOf, newestChapter, withoutTimeOrChance } from '../laws.js';
import { commandFor, specs, t0, taskWalk, taskWalks } from './tasks.js';

const runs = { numRuns: 300 };
const after = (atMs: number) => atMs + 1;

describe('over any commands, in any order, a task', () => {
  it('[A365] is completed at most once, and stays so', () => {
    fc.assert(
      fc.property(taskWalks, (steps) => {
        const history = historyOf(steps);
        expect(history.filter(({ type }) => type === 'TaskCompleted').length).toBeLessThanOrEqual(1);
        for (const step of steps) {
          if (step.before?.status === 'completed') expect(step.events).toEqual([]);
        }
      }),
      runs,
    );
  });

  it('is never written to under a lower token than the one it was last claimed under', () => {
    fc.assert(
      fc.property(taskWalks, (steps) => {
        let lastToken = 0;
        for (const event of historyOf(steps)) {
          if (!('token' in event)) continue;
          if (event.type === 'TaskClaimed') expect(event.token).toBeGreaterThan(lastToken);
          else expect(event.token).toBe(lastToken);
          lastToken = event.token;
        }
      }),
      runs,
    );
  });

  it('[A373] waits 300, 600 and 1200 s after its failures, is claimed no earlier, and is poisoned by the fourth', () => {
    fc.assert(
      fc.property(taskWalks, (steps) => {
        let failures = 0;
        let retryAtMs = 0;
        for (const event of historyOf(steps)) {
          if (event.type === 'TaskFailed') {
            failures += 1;
            expect(event.failures).toBe(failures);
            expect(event.retryAtMs - event.atMs).toBe([300_000, 600_000, 1_200_000][failures - 1]);
            ({ retryAtMs } = event);
          } else if (event.type === 'TaskPoisoned') {
            expect(event.failures).toBe(4);
            retryAtMs = Infinity;
          } else if (event.type === 'TaskClaimed') {
            expect(event.atMs).toBeGreaterThanOrEqual(retryAtMs);
          } else if (event.type === 'TaskRequeued' || event.type === 'TaskCompleted') {
            failures = 0;
            retryAtMs = 0;
          }
        }
      }),
      runs,
    );
    expect([1, 2, 3, 4].map(waitAfterMs)).toEqual([300_000, 600_000, 1_200_000, undefined]);
  });

  it('[A362] is claimed only when nothing that it depends on is open, and only by the agent it is assigned to', () => {
    fc.assert(
      fc.property(taskWalks, (steps) => {
        for (const { command, before, events } of steps) {
          const [claimed] = events;
          if (claimed?.type !== 'TaskClaimed') continue;
          expect(command.ask.open).toEqual([]);
          expect([null, claimed.agent]).toContain(before?.assignedTo);
        }
      }),
      runs,
    );
  });

  it('writes nothing more when the same command comes twice at the same instant', () => {
    fc.assert(
      fc.property(taskWalks, (steps) => {
        for (const { command, after: state } of steps) {
          expect(command.decide(state).events).toEqual([]);
        }
      }),
      runs,
    );
  });

  it('keeps a refused claim once for each agent, however often it is repeated', () => {
    fc.assert(
      fc.property(taskWalks, (steps) => {
        const history = historyOf(steps);
        const kept = new Map<string, AgentTaskEvent>();
        for (const event of history) {
          if (event.type !== 'TaskClaimRefused') {
            kept.clear();
            continue;
          }
          const before = kept.get(event.agent);
          if (before) expect({ ...event, atMs: 0 }).not.toEqual({ ...before, atMs: 0 });
          kept.set(event.agent, event);
        }
      }),
      runs,
    );
  });

  it('decides by nothing but what it is given, and changes nothing of that', () => {
    fc.assert(
      fc.property(specs, (list) => {
        const said = (steps: ReturnType<typeof taskWalk>) => steps.map(({ outcome, events }) => ({ outcome, events }));
        const once = withoutTimeOrChance(() => taskWalk(list));
        expect(said(taskWalk(list))).toEqual(said(once));
      }),
      runs,
    );
  });

  it('comes to every status and writes every event', () => {
    const statuses = new Set<string | undefined>();
    const types = new Set<string>();
    for (const steps of fc.sample(taskWalks, { numRuns: 1_500, seed: 7 })) {
      for (const step of steps) {
        statuses.add(step.after?.status);
        for (const { type } of step.events) types.add(type);
      }
    }
    expect([...statuses].sort()).toEqual(['completed', 'failed', 'in_progress', 'pending', 'poisoned']);
    expect(types.size).toBe(9);
  });
});

describe('the chapters of a task', () => {
  it('hold all that came before, wherever they were opened in its history', () => {
    fc.assert(
      fc.property(taskWalks, fc.array(fc.nat({ max: 60 }), { maxLength: 4 }), (steps, cuts) => {
        const plain = frozen(historyOf(steps));
        const history: AgentTaskEvent[] = [];
        for (const [index, event] of plain.entries()) {
          history.push(event);
          const chapter = cuts.includes(index) ? agentTask.chapterOf(fold(agentTask, history), 5) : undefined;
          if (chapter) history.push(JSON.parse(JSON.stringify(chapter)) as AgentTaskEvent);
          expect(fold(agentTask, newestChapter(agentTask, history))).toStrictEqual(
            fold(agentTask, plain.slice(0, index + 1)),
          );
        }
      }),
      { numRuns: 200 },
    );
  });

  it('let nothing be decided otherwise', () => {
    fc.assert(
      fc.property(taskWalks, specs, (steps, list) => {
        const state = steps.at(-1)?.after ?? null;
        const chapter = agentTask.chapterOf(state, after(t0));
        if (!chapter) throw new Error('a task that exists has a chapter');
        const anew = agentTask.evolve(null, JSON.parse(JSON.stringify(chapter)) as AgentTaskEvent);
        for (const spec of list) {
          expect(commandFor(spec, anew, t0).decide(anew)).toEqual(commandFor(spec, state, t0).decide(state));
        }
      }),
      { numRuns: 100 },
    );
  });
});

it('a task’s history cannot begin with anything but its queueing', () => {
  const event: AgentTaskEvent = {
    type: 'TaskAbandoned',
    ...{ queue: 'q', taskId: '1', token: 1, agent: 'ada', reason: 'expired', detail: '', atMs: t0 },
  };
  expect(() => agentTask.evolve(null, event)).toThrow("a task's history cannot begin with TaskAbandoned");
});
