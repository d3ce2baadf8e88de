import { Inject } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { isDueForPruning, prunedStatuses } from '../../domain/container/retention.js';
import { systemContext } from '../command-context.js';
import { Periodic } from '../liveness/periodic.js';
import type { Policy } from '../policy.js';
import type { Clock } from '../ports/clock.js';
import type { Ids } from '../ports/ids.js';
import type { Say } from '../ports/log.js';
import { CLOCK, IDS, POLICY } from '../ports/tokens.js';
import { ListContainers, type ContainerRow } from '../queries/containers.js';
import { RemoveContainer } from './remove-container.js';

const hourMs = 3_600_000;
const pageSize = 1_000;

/** How many were taken out of the lists, by the status they ended in; zeros too. */
export type Pruned = Readonly<Record<(typeof prunedStatuses)[number], number>>;

/** Takes ended containers out of the lists once they were kept for long enough. Their histories stay in the log. */
export class PruneContainers {
  #looking: Periodic | undefined;

  constructor(
    @Inject(QueryBus) private readonly queries: QueryBus,
    @Inject(CommandBus) private readonly commands: CommandBus,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(IDS) private readonly ids: Ids,
    @Inject(POLICY) private readonly policy: Policy,
  ) {}

  /** Once now, and once an hour. */
  start(say: Say): void {
    const prune = async () => {
      const pruned = await this.run();
      const counts = prunedStatuses.map((status) => `${pruned[status]} ${status}`);
      say(`Pruned ${counts.join(', ')}`, { event: 'containers_pruned' });
    };
    this.#looking ??= new Periodic(this.clock, hourMs, prune, (message) =>
      say(`Could not prune: ${message}`, { event: 'retention_failed', level: 'warn' }),
    );
    this.#looking.start();
  }

  async stop(): Promise<void> {
    await this.#looking?.stop();
  }

  async run(): Promise<Pruned> {
    const pruned = { COMPLETED: 0, FAILED: 0, STOPPED: 0 };
    for await (const { containerId, status } of this.#due()) {
      const remove = new RemoveContainer(systemContext(this.ids, 'retention', 'sweep'), containerId);
      const { outcome } = await this.commands.execute(remove);
      if (outcome.type === 'ContainerChanged' && !outcome.already) pruned[status as keyof typeof pruned] += 1;
    }
    return pruned;
  }

  async *#due(): AsyncIterable<ContainerRow> {
    let after: string | undefined;
    for (;;) {
      const page = await this.queries.execute(new ListContainers({ statuses: prunedStatuses, after, limit: pageSize }));
      if (page.type !== 'Answered') return;
      const nowMs = this.clock.nowMs();
      yield* page.value.rows.filter((row) => isDueForPruning(row, nowMs, this.policy.retentionMs));
      if (page.value.next === null) return;
      after = page.value.next;
    }
  }
}
