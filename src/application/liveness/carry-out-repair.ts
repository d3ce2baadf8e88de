import { Inject } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { interrupt, markStopped } from '../../domain/container/lifecycle.js';
import { release } from '../../domain/lease/decisions.js';
import type { LeaseRepair, Repair } from '../../domain/sweep/repairs.js';
import { systemContext, type CommandContext } from '../command-context.js';
import { ContainerEnds } from '../containers/container-ends.js';
import { decideContainer } from '../containers/decide-container.js';
import { RestartContainer } from '../containers/restart-container.js';
import { Decisions } from '../decide-and-append.js';
import { decideLease } from '../leases/decide-lease.js';
import type { Ids } from '../ports/ids.js';
import { IDS } from '../ports/tokens.js';

const sweep = { kind: 'system', id: 'sweep' } as const;

/** One repair as ordinary decisions. Where the token it was planned for is in force no more, it changes nothing. */
export class CarryOutRepair {
  constructor(
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(ContainerEnds) private readonly ends: ContainerEnds,
    @Inject(CommandBus) private readonly commands: CommandBus,
    @Inject(IDS) private readonly ids: Ids,
  ) {}

  async carryOut(repair: Repair): Promise<void> {
    const context = systemContext(this.ids, 'sweep', 'sweep');
    switch (repair.type) {
      case 'FinishStop': {
        const { containerId, token, reason } = repair;
        const { state } = await decideContainer(this.decisions, context, containerId, (state, nowMs) =>
          markStopped({ containerId, token, nowMs }, state),
        );
        if (state?.status === 'STOPPED') await this.ends.freeShips(context, state, 'stopped', reason, sweep);
        return;
      }
      case 'InterruptWithoutLease': {
        const { containerId, token, reason, detail } = repair;
        await decideContainer(this.decisions, context, containerId, (state, nowMs) =>
          interrupt({ containerId, token, reason: `${reason}: ${detail}`, nowMs }, state),
        );
        return;
      }
      case 'FinishAttempt': {
        const { containerId, token } = repair;
        await this.commands.execute(new RestartContainer(context, { containerId, token, immediately: true }));
        return;
      }
      case 'ReleaseOrphan':
      case 'ReleaseEnded':
      case 'RollBackClaim':
        return this.#release(context, repair);
      default:
        return repair satisfies never;
    }
  }

  async #release(context: CommandContext, { resource, holder, token, reason, detail }: LeaseRepair): Promise<void> {
    await decideLease(this.decisions, context, resource, (state, nowMs) =>
      release({ resource, holder, token, reason, detail, by: sweep, nowMs }, state),
    );
  }
}
