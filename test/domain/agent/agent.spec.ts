import fc from 'fast-check';
import { agent, agentStream, nextAgent, registerAgent, takes } from '../../../src/domain/agent/agent.js';

const backend = { name: 'ada', speciality: 'backend' };

describe('an agent', () => {
  it('is registered once under a speciality, and again under another', () => {
    const first = registerAgent({ ...backend, nowMs: 1 }, null);
    expect(first.events).toEqual([{ type: 'AgentRegistered', ...backend, atMs: 1 }]);
    const known = first.events.reduce(agent.evolve, agent.initial);
    expect(registerAgent({ ...backend, nowMs: 2 }, known)).toEqual({
      outcome: { type: 'Registered', already: true },
      events: [],
    });
    expect(registerAgent({ ...backend, speciality: 'design', nowMs: 2 }, known).events).toHaveLength(1);
  });

  it('has a name that a stream can be named after', () => {
    expect(agentStream('gpt-4.1')).toBe('agent-gpt-4.1');
    for (const name of ['', 'a b', '.hidden', 'x'.repeat(129)]) expect(() => agentStream(name)).toThrow();
  });

  it('takes what it is for; without a speciality it takes anything, and what has no type is for anybody', () => {
    expect(takes(backend, 'backend')).toBe(true);
    expect(takes(backend, 'design')).toBe(false);
    expect(takes(backend, null)).toBe(true);
    expect(takes({ speciality: null }, 'design')).toBe(true);
  });
});

describe('[A373] the agent that tries next', () => {
  const names = ['ada', 'bob', 'eve', 'kim'];
  const all = names.map((name) => ({ name, speciality: name === 'kim' ? 'design' : 'backend' }));
  const task = { taskType: 'backend', failedBy: [] };

  it('is one of the same speciality that has not failed at it yet, in turn', () => {
    expect(nextAgent(all, { ...task, past: ['ada'] })).toBe('bob');
    expect(nextAgent(all, { ...task, past: ['eve'] })).toBe('ada');
    expect(nextAgent(all, { ...task, failedBy: ['ada', 'bob'], past: ['bob'] })).toBe('eve');
    expect(nextAgent(all, { ...task, failedBy: ['ada', 'bob', 'eve'], past: ['eve'] })).toBe('ada');
    expect(nextAgent(all, { taskType: 'design', failedBy: [], past: ['kim'] })).toBeUndefined();
  });

  it('is none of those whom it was with, though nobody else is left', () => {
    expect(nextAgent(all, { ...task, past: ['bob', 'ada'] })).toBe('eve');
    expect(nextAgent(all, { ...task, past: ['bob', 'ada', 'eve'] })).toBeUndefined();
  });

  it('is never the one that failed, nor of another speciality, and the same in whatever order they are listed', () => {
    const subsets = fc.shuffledSubarray(all);
    fc.assert(
      fc.property(subsets, fc.shuffledSubarray(names), fc.constantFrom(...names), (agents, failedBy, failed) => {
        const next = nextAgent(agents, { taskType: 'backend', failedBy, past: [failed] });
        expect(nextAgent([...agents].reverse(), { taskType: 'backend', failedBy, past: [failed] })).toBe(next);
        expect(next).not.toBe(failed);
        expect(next).not.toBe('kim');
        const could = agents.some(({ name, speciality }) => name !== failed && speciality === 'backend');
        expect(next !== undefined).toBe(could);
      }),
    );
  });
});
