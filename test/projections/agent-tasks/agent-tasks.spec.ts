import fc from 'fast-check';
import { agentTask } from '../../../src/domain/agent-task/agent-task.js';
import { applyFact } from '../../../src/projections/apply-fact.js';
import { agentTasks, agentTasksTable, snapshotOf } from '../../../src/projections/agent-tasks/agent-tasks.js';
import { RowSet } from '../../../src/projections/rows/row-set.js';
import { Misplaced } from '../../../src/projections/view.js';
import { historyOf } from '../../domain/laws.js';
import { taskWalks } from '../../domain/agent-task/tasks.js';
import { examples } from '../../support/examples.js';
import { fold } from '../../support/fold.js';
import { foldView } from '../../support/fold-view.js';
import { factsOf } from '../support/history.js';

describe('agents’ tasks as rows', () => {
  it('say of every task what the domain says, but for all refused claims but the newest, from any chapter on', () => {
    fc.assert(
      fc.property(taskWalks, fc.nat(), (steps, cut) => {
        const history = historyOf(steps);
        const { earlierRefusals: _earlier, ...state } = fold(agentTask, history) ?? examples.taskSnapshot();
        const [row] = foldView(agentTasks, factsOf(history)).sorted(agentTasksTable);
        expect(snapshotOf(row as never)).toEqual(state);

        const at = 1 + (cut % history.length);
        const chapter = agentTask.chapterOf(fold(agentTask, history.slice(0, at)), 5);
        const fromChapter = chapter ? [chapter, ...history.slice(at)] : history;
        const [again] = foldView(agentTasks, factsOf(fromChapter)).sorted(agentTasksTable);
        expect(snapshotOf(again as never)).toEqual(state);
      }),
      { numRuns: 100 },
    );
  });

  it('are the same however often they went to disk and back', () => {
    fc.assert(
      fc.property(taskWalks, (steps) => {
        const facts = factsOf(historyOf(steps));
        let rows = new RowSet(agentTasks.tables);
        for (const fact of facts) {
          applyFact(agentTasks, fact, rows);
          const copy = new RowSet(agentTasks.tables);
          for (const row of rows.sorted(agentTasksTable)) {
            copy.load(agentTasksTable, JSON.parse(JSON.stringify(row)) as typeof row);
          }
          rows = copy;
        }
        const whole = foldView(agentTasks, facts);
        expect(rows.canonicalLines(agentTasksTable)).toEqual(whole.canonicalLines(agentTasksTable));
      }),
      { numRuns: 50 },
    );
  });

  it('take no event that stands where it does not belong', () => {
    const { agentTask: task, worker, container } = examples;
    const queued = { revision: 0n, position: 1n, event: task.queued() };
    const misplaced = [
      { ...queued, stream: 'agenttask-orkestra.1' },
      { ...queued, stream: 'agenttask-orkestra.999', event: task.claimed() },
      { ...queued, stream: 'agent-somebody', event: worker.registered() },
      { ...queued, stream: 'agenttask-orkestra.999', event: container.removed() },
    ];
    for (const fact of misplaced) expect(() => foldView(agentTasks, [fact])).toThrow(Misplaced);
  });
});
