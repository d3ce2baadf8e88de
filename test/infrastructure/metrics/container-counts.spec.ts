import { ContainerCounts } from '../../../src/infrastructure/metrics/container-counts.js';
import { createMetrics } from '../../../src/infrastructure/metrics/metrics.js';
import { eventually } from '../../support/eventually.js';

describe('counts of containers', () => {
  it.each([
    ['has nothing to read', () => Promise.resolve([])],
    ['cannot be read', () => Promise.reject(new Error('away'))],
  ])('take no container for another where the log %s', async (_case, readForwards) => {
    const metrics = createMetrics();
    const counts = new ContainerCounts({ readForwards }, metrics);
    const count = (type: string, containerId: string, atMs: number) =>
      counts.count({ type, data: { containerId, attempt: 1, atMs } } as unknown as Parameters<typeof counts.count>[0]);
    const iterations = async () => (await metrics.containerIterations.get()).values.map(({ value }) => value);

    count('ContainerStarted', 'one', 1_000);
    count('ContainerIterationCompleted', 'one', 2_000);
    await eventually(async () => expect(await iterations()).toEqual([1]));
    count('ContainerCompleted', 'another', 90_000);
    count('ContainerIterationCompleted', 'another', 91_000);
    await eventually(async () => expect(await iterations()).toEqual([2]));

    const { values } = await metrics.containerDuration.get();
    expect(values.filter(({ metricName }) => metricName?.endsWith('_count'))).toEqual([]);
  });
});
