import type { DomainEvent } from '../../../src/application/events/catalogue.js';
import { ListUntoldWork, ListHeldLocks } from '../../../src/application/queries/locks.js';
import { taskLock } from '../../../src/domain/agent-task/agent-task.js';
import { phaseResource } from '../../../src/domain/flow/flow.js';
import { leaseStream, type Resource } from '../../../src/domain/lease/resource.js';
import { applyFact } from '../../../src/projections/apply-fact.js';
import { RowSet } from '../../../src/projections/rows/row-set.js';
import { examples } from '../../support/examples.js';
import { untoldIn, viewsOfWork } from '../../support/untold-work.js';
import { Asking } from '../support/asking.js';
import { factsOf } from '../support/history.js';

const queue = 'yard';
const flowId = 'flow-1';
const { agentTask, flow, lease } = examples;

const lockOf = (taskId: string): Resource => taskLock(queue, taskId);
const granted = (resource: Resource, token: number) => lease.granted({ resource, holder: examples.agent(), token });
const released = (resource: Resource, token: number) => lease.released({ resource, holder: examples.agent(), token });
const queued = (taskId: string) => agentTask.queued({ queue, taskId, dependencies: [] });
const claimed = (taskId: string) => agentTask.claimed({ queue, taskId, token: 1 });
const phase = (name: string): Resource => phaseResource(flowId, name);
const started = (name: string) => flow.started({ flowId, phase: name, attempt: 1, token: 1, holder: examples.agent() });

const claim = (name: string) => [queued(name), granted(lockOf(name), 1), claimed(name)];
const courses: Readonly<Record<string, readonly DomainEvent[]>> = {
  'it goes on under its lock': claim('a'),
  'it goes on, and its lock is idle': [...claim('b'), released(lockOf('b'), 1)],
  'it goes on, and another one has its lock': [...claim('c'), released(lockOf('c'), 1), granted(lockOf('c'), 2)],
  'it is done': [...claim('d'), agentTask.completed({ queue, taskId: 'd', token: 1 }), released(lockOf('d'), 1)],
  'it was never taken up': [queued('e'), granted(lockOf('e'), 1), released(lockOf('e'), 1)],
  'there is no work': [granted(lockOf('f'), 1), released(lockOf('f'), 1)],
};
const ofPhases: readonly DomainEvent[] = [
  flow.declared({ flowId, phases: ['one', 'two'].map((name) => ({ name, runs: true })), maxFailures: null }),
  ...[granted(phase('one'), 1), started('one'), released(phase('one'), 1)],
  granted(phase('two'), 1),
];
const history = [...Object.values(courses).flat(), ...ofPhases];
const untold = ['tasklock-yard.b', 'tasklock-yard.c', 'phase-flow-1.one'];

describe('work that goes on under the token of a hold that is over', () => {
  it('is found in the rows, and nothing else is, as it is without a database', async () => {
    const asking = await Asking.open();
    try {
      await asking.write(...history);
      const found = await asking.value(new ListUntoldWork());
      expect(found.map(({ resource }) => leaseStream(resource))).toEqual(untold);

      const rows = new RowSet(viewsOfWork.flatMap(({ tables }) => tables));
      for (const fact of factsOf(history)) {
        const view = viewsOfWork.find((one) => one.streamPrefixes.some((prefix) => fact.stream.startsWith(prefix)));
        if (view) applyFact(view, fact, rows);
      }
      const known = (locks: typeof found) => locks.map(({ resource, token, status }) => ({ resource, token, status }));
      expect(new Set(known(untoldIn(rows)))).toEqual(new Set(known(found)));

      const watched = await asking.value(new ListHeldLocks());
      expect(watched.map(({ resource }) => resource.name)).toEqual(['two', 'a', 'c']);
    } finally {
      await asking.close();
    }
  });
});
