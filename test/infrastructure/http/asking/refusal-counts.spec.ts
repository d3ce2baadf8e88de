import { resource } from '../../../../src/domain/lease/resource.js';
import { everyRefusal, RefusalCounts } from '../../../../src/infrastructure/http/asking/refusal-counts.js';
import type { Refusal } from '../../../../src/infrastructure/http/problems.js';
import { FakeClock } from '../../../support/fake-clock.js';

describe('the count of refusals', () => {
  it.each<[string, Refusal, { readonly code: string; readonly kind: string }]>([
    ['a lease', { type: 'NeverHeld', resource: resource('ship', '1', 'S-1') }, { code: 'unknown-lease', kind: 'ship' }],
    [
      'the lease of a task',
      { type: 'NeverHeld', resource: resource('task', 'main', '7') },
      { code: 'unknown-lease', kind: 'task' },
    ],
    ['a container', { type: 'UnknownContainer', containerId: 'c' }, { code: 'unknown-container', kind: 'container' }],
    ['a flight', { type: 'NoDaemon' }, { code: 'no-daemon', kind: 'container' }],
    ['a flow', { type: 'FlowIsPaused', flowId: 'f', reason: 'r' }, { code: 'flow-paused', kind: 'phase' }],
    [
      'a task',
      { type: 'PoisonedTask', queue: 'main', taskId: '7', failures: 4 },
      { code: 'task-poisoned', kind: 'task' },
    ],
    [
      'the stale token of a phase',
      { type: 'StalePhase', flowId: 'f', phase: 'p', token: 1, currentToken: 2, status: 'running' },
      { code: 'stale-token', kind: 'phase' },
    ],
    [
      'the stale token of a task',
      { type: 'StaleClaim', queue: 'main', taskId: '7', token: 1, currentToken: 2 },
      { code: 'stale-token', kind: 'task' },
    ],
  ])('says of %s what it was about, and foresaw it', (_family, refusal, counted) => {
    const counts = new RefusalCounts(new FakeClock());

    counts.count(refusal);

    expect(counts.countsByKind()).toEqual([{ ...counted, count: 1 }]);
    expect(everyRefusal()).toContainEqual(counted);
  });
});
