import type { CommandBus, QueryBus } from '@nestjs/cqrs';
import { PruneContainers } from '../../../src/application/containers/prune-containers.js';
import type { RemoveContainer } from '../../../src/application/containers/remove-container.js';
import type { ContainerFilter, ContainerRow, ListContainers } from '../../../src/application/queries/containers.js';
import { containerStatuses } from '../../../src/domain/container/events.js';
import { uuids } from '../../../src/infrastructure/ids.js';
import { FakeClock } from '../../support/fake-clock.js';
import { policy } from '../../support/custody.js';

describe('[A272] pruning', () => {
  it('asks for no container that has not ended: those that live cost it nothing, however many there are', async () => {
    const clock = new FakeClock();
    const old = clock.nowMs() - 2 * policy.retentionMs;
    const all = containerStatuses.map((status) => {
      return { containerId: status, status, startedAtMs: old, stoppedAtMs: old } as ContainerRow;
    });
    const listed: string[] = [];
    const queries = {
      execute: ({ ask: { statuses = containerStatuses } }: ListContainers & { readonly ask: ContainerFilter }) => {
        const rows = all.filter(({ status }) => statuses.includes(status));
        listed.push(...rows.map(({ containerId }) => containerId));
        return Promise.resolve({ type: 'Answered', value: { rows, next: null }, asOf: null });
      },
    };
    const removed: string[] = [];
    const commands = {
      execute: ({ containerId }: RemoveContainer) => {
        removed.push(containerId);
        return Promise.resolve({
          outcome: { type: 'ContainerChanged', already: containerId === 'STOPPED' },
          position: 0n,
        });
      },
    };
    const pruning = new PruneContainers(
      ...[queries as unknown as QueryBus, commands as unknown as CommandBus, clock, uuids, policy],
    );
    expect(await pruning.run()).toEqual({ COMPLETED: 1, FAILED: 1, STOPPED: 0 });
    expect(listed.sort()).toEqual(['COMPLETED', 'FAILED', 'STOPPED']);
    expect(removed.sort()).toEqual(listed);
  });
});
