import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import {
  container,
  containerStream,
  containerToken,
  isFinished,
  isRunByDaemon,
  type ContainerState,
} from '../../domain/container/container.js';
import type { ContainerDescription, ContainerSnapshot } from '../../domain/container/events.js';
import { create, createAndStart } from '../../domain/container/lifecycle.js';
import type { ContainerRefusal } from '../../domain/container/refusals.js';
import type { Holder } from '../../domain/lease/events.js';
import type { LeaseRefusal } from '../../domain/lease/refusals.js';
import { shipResource, type Resource } from '../../domain/lease/resource.js';
import type { Answer } from '../answer.js';
import { stepOf, type CommandContext } from '../command-context.js';
import { Decisions } from '../decide-and-append.js';
import { ttlFor, type Policy } from '../policy.js';
import { POLICY } from '../ports/tokens.js';
import { Clearance } from '../flights/clearance.js';
import type { FlightRefusal } from '../flights/flight.js';
import { DaemonIdentity, nameFor } from '../runtime/daemon/daemon-identity.js';
import { ClaimShips, type Claim, type ClaimOutcome } from './claim-ships.js';
import { ContainerEnds } from './container-ends.js';
import { decideContainer } from './decide-container.js';

export interface ContainerStartedAnswer {
  readonly type: 'Started';
  readonly container: ContainerSnapshot;
}

type StartAnswer = Answer<ContainerStartedAnswer | StartRefusal>;

export type StartRefusal = ContainerRefusal | LeaseRefusal | FlightRefusal;

/** Creates a container, takes its leases and starts it: all of that, or nothing. */
export class StartContainer extends Command<StartAnswer> {
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
    @Inject(DaemonIdentity) private readonly identity: DaemonIdentity,
    @Inject(Clearance) private readonly clearance: Pick<Clearance, 'forFlight'>,
  ) {}

  async execute({ context, ask }: StartContainer): Promise<StartAnswer> {
    const { adoptsObligations: _adopts, takesOver, ...description } = ask;
    const { containerId } = description;
    const done = await this.decisions.leftBy(context, container, containerStream(containerId));
    if (done?.state) {
      const lost = await this.ends.endIfStillFenced(context, done.state);
      return { outcome: lost ?? { type: 'Started', container: done.state }, position: done.position };
    }

    const refusal = await this.#refusedBeforeAnythingIsTaken(description);
    if (refusal) return { outcome: refusal, position: 0n };
    const predecessor = takesOver ? await this.#predecessor(takesOver.containerId, description.player) : undefined;
    if (predecessor && 'type' in predecessor) return { outcome: predecessor, position: 0n };

    const claimed = await this.#claim(context, ask, predecessor);
    if (claimed.type === 'Refused') return { outcome: claimed.refusal, position: 0n };
    return this.#create(context, description, claimed);
  }

  /** A predecessor ends before its ships pass on, and only when nothing else stands in the way. */
  async #claim(
    context: CommandContext,
    { containerId, containerType, player, ships, adoptsObligations, ...rest }: StartContainer['ask'],
    predecessor: ContainerSnapshot | undefined,
  ): Promise<ClaimOutcome> {
    const claim: Claim = {
      holder: holderOf(containerId),
      operation: containerType,
      ttlMs: ttlFor(rest, this.policy),
      adoptsObligations,
      continues: predecessor ? await this.ships.passedOnBy(predecessor) : new Map(),
    };
    const all = ships.map((ship) => shipResource(player, ship));
    if (!predecessor) return this.ships.claim(context, all, claim);

    const passing = all.filter(({ name }) => claim.continues.has(name));
    const others = all.filter(({ name }) => !claim.continues.has(name));
    const first = await this.ships.claim(context, others, claim);
    if (first.type === 'Refused') return first;
    const refusal = await this.ships.foreseen(passing, claim);
    if (refusal) {
      await this.ships.rollBack(context, claim.holder, first.taken);
      return { type: 'Refused', refusal };
    }
    await this.#end(context, predecessor, passing);
    const second = await this.ships.claim(context, passing, claim);
    if (second.type === 'Refused') {
      await this.ships.rollBack(context, claim.holder, first.taken);
      return second;
    }
    const leases = ships.flatMap((ship) => [...first.leases, ...second.leases].filter((lease) => lease.ship === ship));
    return { type: 'Claimed', leases, taken: [...first.taken, ...second.taken] };
  }

  async #create(
    context: CommandContext,
    description: ContainerDescription,
    { leases, taken }: Extract<ClaimOutcome, { readonly type: 'Claimed' }>,
  ): Promise<StartAnswer> {
    const { containerId } = description;
    const { outcome, state, position } = await decideContainer(this.decisions, context, containerId, (state, nowMs) =>
      createAndStart({ ...description, leases, daemon: nameFor(this.identity, description), nowMs }, state),
    );
    if (outcome.type === 'Created' && state) {
      const lost = await this.ends.endIfFenced(context, state);
      return { outcome: lost ?? { type: 'Started', container: state }, position };
    }
    // Whoever made a container of this id meanwhile may live by a lease that was taken here.
    const unused = taken.filter(({ token, resource }) => !livesBy(state, resource.name, token));
    await this.ships.rollBack(context, holderOf(containerId), unused);
    return { outcome: outcome as ContainerRefusal, position };
  }

  /** Asked first, so that a duplicate id, an unknown type or what is never flown here does not touch a ship. */
  async #refusedBeforeAnythingIsTaken(
    description: ContainerDescription,
  ): Promise<ContainerRefusal | FlightRefusal | undefined> {
    const { outcome } = await this.decisions.foresee({
      aggregate: container,
      stream: containerStream(description.containerId),
      decide: (state, nowMs) => create({ ...description, nowMs }, state),
    });
    if (outcome.type !== 'Created') return outcome;
    return isRunByDaemon(description) ? this.clearance.forFlight(description) : undefined;
  }

  async #predecessor(containerId: string, player: number): Promise<ContainerSnapshot | ContainerRefusal> {
    const { state } = await this.decisions.current(container, containerStream(containerId));
    if (!state) return { type: 'UnknownContainer', containerId };
    return state.player === player ? state : { type: 'PlayerMismatch', containerId, player: state.player };
  }

  async #end(context: CommandContext, ended: ContainerSnapshot, passing: readonly Resource[]): Promise<void> {
    const by = { kind: 'system', id: 'hand-over' } as const;
    const step = stepOf(context, `predecessor-${containerToken(ended)}`);
    if (isFinished(ended)) await this.ends.freeShips(step, ended, 'handed_over', 'handed_over', by, passing);
    else await this.ends.terminate(step, ended.containerId, 'handed_over', 'handed_over', by, { except: passing });
  }
}

function holderOf(containerId: string): Holder {
  return { kind: 'container', id: containerId, attempt: 1 };
}

/** It works under that token, or under an older one of that ship: then the newer one is all it has left to go on with. */
function livesBy(state: ContainerState, ship: string, token: number): boolean {
  return state?.leases.some((lease) => lease.ship === ship && (lease.token === token || !isFinished(state))) ?? false;
}
