import { agentTask } from '../../../src/domain/agent-task/agent-task.js';
import { consider } from '../../../src/domain/agent-task/claims.js';
import { mostRefusedAgents } from '../../../src/domain/agent-task/events.js';
import { reassign } from '../../../src/domain/agent-task/lifecycle.js';
import { examples } from '../../support/examples.js';
import { givenOf } from '../../support/given.js';

const of = { queue: 'orkestra', taskId: '999', nowMs: examples.atMs };
const asking = (agent: string, open: readonly string[] = ['998']) => ({ ...of, agent, open });
const by = { kind: 'operator', id: 'ada' } as const;
const waiting = () => givenOf(agentTask)(examples.agentTask.queued());

/** Every one of them asks, again and again. */
function polled(agents: readonly string[], begun = waiting()) {
  let now = begun;
  for (let round = 0; round < 5; round += 1) {
    for (const agent of agents) {
      const next = now.when(consider, asking(agent));
      expect(next.outcome.type).toBe('DependencyNotMet');
      now = givenOf(agentTask)(...next.history);
    }
  }
  return now;
}

describe('refused claims of a task', () => {
  it('[A362] are kept once for each agent, however often and in whatever order they ask', () => {
    const now = polled(['claude', 'gpt', 'gemini']);
    expect(now.history.slice(1)).toMatchObject([{ agent: 'claude' }, { agent: 'gpt' }, { agent: 'gemini' }]);
    now.thenState({ lastRefusal: { agent: 'gemini', reason: 'dependency_blocked', open: ['998'], assignedTo: null } });
  });

  it('are kept anew when an agent meets another obstacle, and when something has happened to the task', () => {
    const now = polled(['claude', 'gpt']);
    const other = now.when(consider, asking('claude', ['998', '997']));
    expect(other.events).toMatchObject([{ type: 'TaskClaimRefused', agent: 'claude', open: ['998', '997'] }]);
    other.when(consider, asking('gpt')).thenNothingIsWritten();
    const changed = now.when(reassign, { ...of, agent: 'claude', why: 'why not', by });
    const again = givenOf(agentTask)(...changed.history).when(consider, asking('gpt'));
    expect(again.events).toMatchObject([{ agent: 'gpt', reason: 'reassign_blocked' }]);
    expect(again.state).not.toHaveProperty('earlierRefusals');
  });

  it('are kept of so many agents at most: those that come then are refused without a word in the log', () => {
    const agents = Array.from({ length: mostRefusedAgents + 10 }, (_, i) => `agent-${i}`);
    expect(polled(agents).history.slice(1)).toHaveLength(mostRefusedAgents);
  });

  it('that were kept in an older chapter are known still', () => {
    const lastRefusal = { agent: 'gpt', reason: 'dependency_blocked', open: ['998'], assignedTo: null } as const;
    const state = examples.taskSnapshot({ status: 'pending', retryAtMs: null, lastRefusal });
    const now = givenOf(agentTask)(examples.agentTask.chapterOpened({ state }));
    now.when(consider, asking('gpt')).thenNothingIsWritten();
    expect(polled(['claude', 'gpt'], now).history.slice(1)).toMatchObject([{ agent: 'claude' }]);
  });
});
