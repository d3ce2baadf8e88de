import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { container, containerStream } from '../../domain/container/container.js';
import type { ContainerDescription, ContainerSnapshot } from '../../domain/container/events.js';
import { create, createAndStart } from '../../domain/container/lifecycle.js';
import type { ContainerRefusal } from '../../domain/container/refusals.js';
import type { LeaseRefusal } from '../../domain/lease/refusals.js';
import type { Answer } from '../answer.js';
import type { CommandContext } from '../command-context.js';
import { Decisions } from '../decide-and-append.js';
import type { Policy } from '../policy.js';
import { POLICY } from '../ports/tokens.js';
import { ClaimShips } from './claim-ships.js';
import { ContainerEnds, shipOf } from './container-ends.js';
import { decideContainer } from './decide-container.js';

export interface ContainerStartedAnswer {
  readonly type: 'Started';
  readonly container: ContainerSnapshot;
}

/** Creates a container, takes its leases and starts it: all of that, or nothing. */
export class StartContainer extends Command<Answer<ContainerStartedAnswer | ContainerRefusal | LeaseRefusal>> {
  constructor(
    readonly context: CommandContext,
    readonly ask: ContainerDescription & {
      readonly adoptsObligations: boolean;
      /** The container whose ships this one takes over, without an idle gap. It ends. */
      readonly takesOver: { readonly containerId: string } | null;
    },
  ) {
    super();
  }
}

@CommandHandler(StartContainer)
export class StartContainerHandler implements ICommandHandler<StartContainer> {
  constructor(
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(ClaimShips) private readonly ships: ClaimShips,
    @Inject(ContainerEnds) private readonly ends: ContainerEnds,
    @Inject(POLICY) private readonly policy: Policy,
  ) {}

  async execute({
    context,
    ask: { adoptsObligations, takesOver, ...description },
  }: StartContainer): Promise<Answer<ContainerStartedAnswer | ContainerRefusal | LeaseRefusal>> {
    const { containerId, containerType } = description;
    const before = await this.#refusedBeforeAnythingIsTaken(context, description);
    if (before) return { outcome: before, position: 0n };

    const predecessor = takesOver ? await this.#predecessor(takesOver.containerId, description.player) : undefined;
    if (predecessor && 'type' in predecessor) return { outcome: predecessor, position: 0n };

    const holder = { kind: 'container', id: containerId, attempt: 1 } as const;
    const resources = description.ships.map((ship) => shipOf(description, ship));
    const claimed = await this.ships.claim(context, resources, {
      holder,
      operation: containerType,
      ttlMs: this.policy.shipTtlMs,
      adoptsObligations,
      continues: leasesOf(predecessor),
    });
    if (claimed.type === 'Refused') return { outcome: claimed.refusal, position: 0n };

    const { leases } = claimed;
    const { outcome, state, position } = await decideContainer(this.decisions, context, containerId, (state, nowMs) =>
      createAndStart({ ...description, leases, nowMs }, state),
    );
    if (outcome.type !== 'Created' || !state) {
      const taken = leases.map(({ ship, token }) => ({ resource: shipOf(description, ship), token }));
      await this.ships.rollBack(context, holder, taken);
      return { outcome: outcome as ContainerRefusal, position };
    }
    if (predecessor) await this.#end(context, predecessor);
    return { outcome: { type: 'Started', container: state }, position };
  }

  /** Asked first, so that a duplicate id or an unknown type never touches a ship. */
  async #refusedBeforeAnythingIsTaken(
    context: CommandContext,
    description: ContainerDescription,
  ): Promise<ContainerRefusal | undefined> {
    const { outcome } = await decideContainer(this.decisions, context, description.containerId, (state, nowMs) => ({
      outcome: create({ ...description, nowMs }, state).outcome,
      events: [],
    }));
    return outcome.type === 'Created' ? undefined : outcome;
  }

  async #predecessor(containerId: string, player: number): Promise<ContainerSnapshot | ContainerRefusal> {
    const { state } = await this.decisions.load(container, containerStream(containerId));
    if (!state) return { type: 'UnknownContainer', containerId };
    return state.player === player ? state : { type: 'PlayerMismatch', containerId, player: state.player };
  }

  async #end(context: CommandContext, { containerId }: ContainerSnapshot): Promise<void> {
    const by = { kind: 'system', id: 'hand-over' } as const;
    await this.ends.terminate(
      { ...context, commandId: `${context.commandId}/predecessor` },
      containerId,
      'handed_over',
      'handed_over',
      by,
    );
  }
}

function leasesOf(predecessor: ContainerSnapshot | undefined) {
  return new Map(predecessor?.leases.map(({ ship, token }) => [ship, { id: predecessor.containerId, token }] as const));
}
