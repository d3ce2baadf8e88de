import { Inject } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { container, containerStream, isFinished, liveStatuses } from '../../../domain/container/container.js';
import { systemContext } from '../../command-context.js';
import { StopContainer } from '../../containers/stop-container.js';
import { Decisions } from '../../decide-and-append.js';
import type { Policy } from '../../policy.js';
import type { Clock } from '../../ports/clock.js';
import type { Say } from '../../ports/log.js';
import type { Ids } from '../../ports/ids.js';
import { CLOCK, IDS, POLICY } from '../../ports/tokens.js';
import { ListContainers } from '../../queries/containers.js';

const lookAgainMs = 50;
const reason = 'parent stopped';

/** A worker never outlives its coordinator unnoticed: children stop before their parent does. */
export class Families {
  constructor(
    @Inject(CommandBus) private readonly commands: CommandBus,
    @Inject(QueryBus) private readonly queries: QueryBus,
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(IDS) private readonly ids: Ids,
    @Inject(POLICY) private readonly policy: Policy,
  ) {}

  /**
   * Asks every live child to stop and waits until all have; one that does not answer in time is stopped for it. A child
   * that cannot be stopped keeps none of the others from it.
   */
  async stopChildren(parentId: string, known: readonly { readonly containerId: string }[], say: Say): Promise<void> {
    const listed = await this.#listed(parentId);
    const children = new Set([...known, ...listed].map(({ containerId }) => containerId));
    await Promise.all(
      [...children].map((child) =>
        this.#stop(child).catch((error: unknown) =>
          say(`Container ${child} of ${parentId} could not be stopped: ${String(error)}`, {
            event: 'child_not_stopped',
            level: 'warn',
            container: child,
            error,
          }),
        ),
      ),
    );
  }

  async #listed(parentId: string): Promise<readonly { readonly containerId: string }[]> {
    try {
      const found = await this.queries.execute(new ListContainers({ parentId, statuses: liveStatuses, limit: 1_000 }));
      return found.type === 'Answered' ? found.value.rows : [];
    } catch {
      return [];
    }
  }

  async #stop(containerId: string): Promise<void> {
    const ask = { containerId, reason, token: null };
    await this.commands.execute(new StopContainer(this.#context(), { ...ask, immediately: false }));
    for (let leftMs = this.policy.stopGraceMs; leftMs > 0; leftMs -= lookAgainMs) {
      const { state } = await this.decisions.current(container, containerStream(containerId));
      if (!state || isFinished(state)) return;
      await this.clock.sleep(lookAgainMs);
    }
    await this.commands.execute(new StopContainer(this.#context(), { ...ask, immediately: true }));
  }

  #context() {
    return systemContext(this.ids, 'daemon', 'daemon');
  }
}
