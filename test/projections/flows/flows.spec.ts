import fc from 'fast-check';
import type { FlowEvent } from '../../../src/domain/flow/events.js';
import { flow } from '../../../src/domain/flow/flow.js';
import { flowPhasesTable, flowsTable, snapshotOf } from '../../../src/projections/flows/flow-rows.js';
import { flows } from '../../../src/projections/flows/flows.js';
import { historyOf } from '../../domain/laws.js';
import { flowWalks } from '../../domain/flow/walks.js';
import { examples } from '../../support/examples.js';
import { foldView } from '../../support/fold-view.js';
import { fold } from '../../support/fold.js';
import { factsOf } from '../support/history.js';

describe('flows as rows', () => {
  it('say of every flow and phase what the domain says', () => {
    fc.assert(
      fc.property(flowWalks, fc.boolean(), (steps, withChapter) => {
        const history: FlowEvent[] = historyOf(steps);
        const expected = fold(flow, history);
        const chapter = withChapter ? flow.chapterOf(expected, expected?.updatedAtMs ?? 0) : undefined;
        const rows = foldView(flows, factsOf(chapter ? [...history, chapter] : history));
        const [row] = rows.sorted(flowsTable);
        const phases = rows.sorted(flowPhasesTable);
        expect(snapshotOf(row as never, phases as never)).toEqual(expected);
        const due = expected?.phases.find(({ status }) => status !== 'completed' && status !== 'passed');
        expect(row?.['current_phase']).toBe(due?.name ?? null);
        expect(row?.['phases_done']).toBe(
          expected?.phases.filter(({ status }) => status === 'completed' || status === 'passed').length,
        );
      }),
      { numRuns: 200 },
    );
  });

  it('name every row that an event touches', () => {
    for (const fact of factsOf(Object.values(examples.flow).map((make) => make()))) {
      const named = flows.rowsTouchedBy(fact).map(({ table, key }) => `${table.name} ${key.join('|')}`);
      expect(named[0]).toBe(`flows ${examples.flowSnapshot().flowId}`);
      if ('phase' in fact.event)
        expect(named).toContain(`flow_phases ${examples.flowSnapshot().flowId}|${fact.event.phase}`);
    }
  });

  it.each([
    ['before its declaration', [examples.flow.started()]],
    ['of a phase that it does not have', [examples.flow.declared(), examples.flow.started({ phase: 'nothing' })]],
  ])('refuse an event %s', (_, events) => {
    expect(() => foldView(flows, factsOf(events))).toThrow(/holds a PhaseStarted/);
  });
});
