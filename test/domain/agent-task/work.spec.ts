import { agentTask } from '../../../src/domain/agent-task/agent-task.js';
import { claim } from '../../../src/domain/agent-task/claims.js';
import { requeue } from '../../../src/domain/agent-task/lifecycle.js';
import { abandon, complete, fail } from '../../../src/domain/agent-task/work.js';
import { examples } from '../../support/examples.js';
import { givenOf } from '../../support/given.js';

const { queued, claimed } = examples.agentTask;
const t0 = examples.atMs;
const of = { queue: 'orkestra', taskId: '999', nowMs: t0 };
const claiming = (token: number, nowMs = t0) => ({ ...of, nowMs, agent: 'agent-7', open: [], token });
const failing = (token: number, errorType = 'timeout', nowMs = t0) => ({
  ...{ ...of, nowMs, token, errorType },
  details: 'slow',
  passTo: null,
});
const unchanged = { type: 'Changed', already: true } as const;

const underWay = () => givenOf(agentTask)(queued(), claimed());

describe('the end of the work on a task', () => {
  it('fails once under one token: the first error stays, whatever is said again', () => {
    const failed = underWay().when(fail, failing(1));
    expect(failed.events.map(({ type }) => type)).toEqual(['TaskFailed']);
    failed
      .when(fail, failing(1))
      .thenExpect(unchanged)
      .when(fail, failing(1, 'other', t0 + 60_000))
      .thenExpect(unchanged)
      .thenState({ failures: 1, retryAtMs: t0 + 300_000 });
    expect(failed.when(fail, failing(1, 'other')).state?.lastFailure?.errorType).toBe('timeout');
  });

  it('fails once also with the failure that poisons it', () => {
    let now = underWay().when(fail, failing(1));
    for (let token = 2; token <= 4; token += 1) {
      const dueMs = now.state?.retryAtMs ?? 0;
      const taken = now.when(claim, { ...claiming(token, dueMs), holder: examples.agent() });
      now = givenOf(agentTask)(...taken.history).when(fail, failing(token, 'timeout', dueMs));
    }
    now.thenState({ status: 'poisoned', failures: 4 }).when(fail, failing(4)).thenExpect(unchanged);
  });

  it('[A365] is done once: the one that completed it may say so again, and a late one is refused', () => {
    const completing = (token: number) => ({ ...of, token, notes: 'done', actualTime: null });
    const lost = underWay().when(abandon, { ...of, token: 1, reason: 'expired', detail: '' });
    const taken = givenOf(agentTask)(...lost.history).when(claim, {
      ...claiming(2),
      ...{ agent: 'agent-8', holder: examples.agent({ id: 'agent-8' }) },
    });
    const done = givenOf(agentTask)(...taken.history).when(complete, completing(2));
    done.when(complete, completing(2)).thenExpect(unchanged);
    const late = { type: 'AlreadyComplete', queue: 'orkestra', taskId: '999', by: 'agent-8' } as const;
    done.when(complete, completing(1)).thenExpect(late);
  });

  it('is refused under a token that the task has gone on from', () => {
    const stale = { type: 'StaleClaim', queue: 'orkestra', taskId: '999', token: 1, currentToken: 1 } as const;
    const by = { kind: 'operator', id: 'ada' } as const;
    const requeued = underWay()
      .when(fail, failing(1))
      .when(requeue, { ...of, reason: 'again', by });
    requeued.when(fail, failing(1)).thenExpect(stale);
    requeued.when(complete, { ...of, token: 1, notes: '', actualTime: null }).thenExpect(stale);
    underWay()
      .when(abandon, { ...of, token: 1, reason: 'interrupted', detail: '' })
      .when(fail, failing(1))
      .thenExpect(stale);
  });
});
