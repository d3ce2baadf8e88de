import { countEvent } from '../../../src/infrastructure/metrics/count-event.js';
import { createMetrics } from '../../../src/infrastructure/metrics/metrics.js';
import { setAgentTasks } from '../../../src/infrastructure/metrics/set-agent-tasks.js';
import { examples } from '../../support/examples.js';
import { samplesOf, valueOf } from '../../support/exposition.js';

const { agentTask } = examples;
const samplesIn = async (metrics: ReturnType<typeof createMetrics>) => samplesOf(await metrics.registry.metrics());

describe('the metrics of agent tasks', () => {
  it('count a claim as a retry only where the task had failed before, and what is poisoned', async () => {
    const metrics = createMetrics();
    const events = [agentTask.claimed(), agentTask.claimed({ failures: 2 }), agentTask.poisoned()];
    for (const event of events) countEvent(metrics, examples.newEvent(event));

    const samples = await samplesIn(metrics);
    expect(valueOf(samples, 'fleet_agent_task_retries_total')).toBe(1);
    expect(valueOf(samples, 'fleet_agent_tasks_poisoned_total')).toBe(1);
  });

  it('have a bound: of many queues the longest are told apart, and no task is left out', async () => {
    const metrics = createMetrics();
    const counts = Array.from({ length: 100 }, (_, index) => {
      return { queue: `queue-${index}`, status: 'pending', count: index + 1 } as const;
    });
    setAgentTasks(metrics, counts);

    const pending = (await samplesIn(metrics)).filter(
      ({ name, labels }) => name === 'fleet_agent_tasks' && labels['status'] === 'pending',
    );
    expect(pending).toHaveLength(33);
    expect(pending.reduce((sum, { value }) => sum + value, 0)).toBe(5_050);
    expect(pending.find(({ labels }) => labels['queue'] === 'queue-99')?.value).toBe(100);

    setAgentTasks(metrics, undefined);
    expect((await samplesIn(metrics)).filter(({ name }) => name === 'fleet_agent_tasks')).toEqual([]);
  });
});
