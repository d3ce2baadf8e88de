import { isDueForPruning } from '../../../src/domain/container/retention.js';
import { containerStatuses } from '../../../src/domain/container/events.js';

const dayMs = 86_400_000;
const nowMs = 100 * dayMs;
const due = (status: (typeof containerStatuses)[number], stoppedAgo: number | null, startedAgo: number | null = null) =>
  isDueForPruning(
    {
      status,
      stoppedAtMs: stoppedAgo === null ? null : nowMs - stoppedAgo,
      startedAtMs: startedAgo === null ? null : nowMs - startedAgo,
    },
    nowMs,
    14 * dayMs,
  );

describe('[A272] a container is pruned', () => {
  it('when it ended longer ago than it is kept, and not before', () => {
    for (const status of ['COMPLETED', 'FAILED', 'STOPPED'] as const) {
      expect(due(status, 14 * dayMs + 1)).toBe(true);
      expect(due(status, 14 * dayMs)).toBe(false);
    }
  });

  it('never while it lives or may come back, however old it is', () => {
    for (const status of ['PENDING', 'STARTING', 'RUNNING', 'STOPPING', 'INTERRUPTED'] as const) {
      expect(due(status, 90 * dayMs, 90 * dayMs)).toBe(false);
    }
  });

  it('by its start where its end is not known, and never where neither is', () => {
    expect(due('FAILED', null, 15 * dayMs)).toBe(true);
    expect(due('FAILED', null, 13 * dayMs)).toBe(false);
    expect(due('FAILED', null)).toBe(false);
  });
});
