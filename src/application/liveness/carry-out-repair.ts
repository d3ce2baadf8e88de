import { Inject } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { interrupt, markStopped } from '../../domain/container/lifecycle.js';
import { release } from '../../domain/lease/releasing.js';
import { incurObligation } from '../../domain/lease/effects.js';
import { lease } from '../../domain/lease/lease.js';
import { leaseStream } from '../../domain/lease/resource.js';
import { leftShip } from '../../domain/recovery/left-ship.js';
import type { LeaseRepair, Repair } from '../../domain/sweep/repairs.js';
import { stepOf, type CommandContext } from '../command-context.js';
import { ContainerEnds } from '../containers/container-ends.js';
import { decideContainer } from '../containers/decide-container.js';
import { RestartContainer } from '../containers/restart-container.js';
import { Decisions } from '../decide-and-append.js';
import { decideLease } from '../leases/decide-lease.js';
import type { CargoReader } from '../ports/cargo.js';
import type { Ids } from '../ports/ids.js';
import { CARGO, IDS } from '../ports/tokens.js';
import { bySweep, sweep } from './sweep-signature.js';

/** Why a ship was kept after all. */
export type Kept = string;

/** One repair as ordinary decisions. Where the token it was planned for is in force no more, it changes nothing. */
export class CarryOutRepair {
  constructor(
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(ContainerEnds) private readonly ends: ContainerEnds,
    @Inject(CommandBus) private readonly commands: CommandBus,
    @Inject(CARGO) private readonly cargo: CargoReader,
    @Inject(IDS) private readonly ids: Ids,
  ) {}

  async carryOut(repair: Repair): Promise<Kept | undefined> {
    const context = bySweep(this.ids);
    switch (repair.type) {
      case 'FinishStop': {
        const { containerId, token, reason } = repair;
        const { state } = await decideContainer(this.decisions, context, containerId, (state, nowMs) =>
          markStopped({ containerId, token, nowMs }, state),
        );
        if (state?.status === 'STOPPED') await this.ends.freeShips(context, state, 'stopped', reason, sweep);
        return undefined;
      }
      case 'InterruptWithoutLease': {
        const { containerId, token, reason, detail } = repair;
        await decideContainer(this.decisions, context, containerId, (state, nowMs) =>
          interrupt({ containerId, token, reason: `${reason}: ${detail}`, nowMs }, state),
        );
        return undefined;
      }
      case 'FinishAttempt': {
        const { containerId, token } = repair;
        const ask = { containerId, token, immediately: true, onlyIfLive: true };
        await this.commands.execute(new RestartContainer(context, ask));
        return undefined;
      }
      case 'ReleaseOrphan':
      case 'ReleaseEnded':
      case 'RollBackClaim':
        return this.#release(context, repair);
      default:
        return repair satisfies never;
    }
  }

  /** Cargo that no obligation names is bound instead of being given away with the ship. */
  async #release(context: CommandContext, repair: LeaseRepair): Promise<Kept | undefined> {
    const { resource, holder, token, reason, detail } = repair;
    const aboard = await this.cargo.cargoOf(resource.name, Number(resource.scope));
    const { state } = await this.decisions.current(lease, leaseStream(resource));
    const left = leftShip(state.obligations, aboard);
    if (left.type === 'unverified') return `its cargo cannot be read: ${left.reason}`;
    const debts = left.type === 'laden' ? left.unbound : [];
    for (const debt of debts) {
      const step = stepOf(context, debt.obligationId);
      await decideLease(this.decisions, step, resource, (state, nowMs) =>
        incurObligation({ resource, token, ...debt, nowMs }, state),
      );
    }
    if (debts.length > 0) return `it has ${debts.map(({ good, units }) => `${units} ${good}`).join(', ')} aboard`;
    await decideLease(this.decisions, context, resource, (state, nowMs) =>
      release({ resource, holder, token, reason, detail, by: sweep, nowMs }, state),
    );
    return undefined;
  }
}
