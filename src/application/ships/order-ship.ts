import { Inject } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { container, containerStream, isFinished } from '../../domain/container/container.js';
import type { ContainerDescription } from '../../domain/container/events.js';
import type { ContainerRefusal } from '../../domain/container/refusals.js';
import { operationName, type containerTypes } from '../../domain/container/types.js';
import { containerIdFor } from '../../domain/ids.js';
import type { JsonObject } from '../../domain/kernel/json.js';
import { lease } from '../../domain/lease/lease.js';
import type { LeaseRefusal } from '../../domain/lease/refusals.js';
import { leaseStream, shipResource } from '../../domain/lease/resource.js';
import type { Operation } from '../../domain/operations/operation.js';
import type { Answer } from '../answer.js';
import type { CommandContext } from '../command-context.js';
import { StartContainer, type ContainerStartedAnswer } from '../containers/start-container.js';
import { Decisions } from '../decide-and-append.js';
import type { Policy } from '../policy.js';
import { POLICY, RUN_ATTEMPT } from '../ports/tokens.js';
import type { RunAttempt } from '../runtime/attempt-run.js';
import { noOperations } from '../runtime/daemon/no-operations.js';
import { RunOperation } from '../runtime/operations/run-operation.js';

/** One deed of one ship. */
export type ShipOrder = Exclude<Operation, { readonly type: 'scout-tour' }>;

/** What the bots have always called them. */
const names = {
  navigate: ['NAVIGATE', 'NavigateShipCommand'],
  dock: ['DOCK', 'DockShipCommand'],
  orbit: ['ORBIT', 'OrbitShipCommand'],
  refuel: ['REFUEL', 'RefuelShipCommand'],
  jettison: ['JETTISON', 'JettisonCargoCommand'],
  purchase: ['PURCHASE', 'PurchaseCargoCommand'],
  sell: ['TRADING', 'SellCargoCommand'],
} as const satisfies Record<ShipOrder['type'], readonly [(typeof containerTypes)[number], string]>;

export interface OrderedShip {
  readonly player: number;
  readonly ship: string;
}

export interface NothingRunsHere {
  readonly type: 'NothingRunsHere';
  /** Whose ships are flown here instead; null: nobody's. */
  readonly fliesFor: number | null;
}

type OrderAnswer = Answer<ContainerStartedAnswer | NothingRunsHere | ContainerRefusal | LeaseRefusal>;

/**
 * Has a ship do one thing, by a container that a daemon runs. Whoever orders a ship means it with what it owes: one that
 * an ended container still has for its cargo passes on; any other holder is a refusal.
 */
export class OrderShip extends Command<OrderAnswer> {
  constructor(
    readonly context: CommandContext,
    readonly ship: OrderedShip,
    readonly order: ShipOrder,
  ) {
    super();
  }
}

@CommandHandler(OrderShip)
export class OrderShipHandler implements ICommandHandler<OrderShip> {
  constructor(
    @Inject(CommandBus) private readonly commands: CommandBus,
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(POLICY) private readonly policy: Policy,
    @Inject(RUN_ATTEMPT) private readonly operations: RunAttempt,
  ) {}

  async execute({ context, ship, order }: OrderShip): Promise<OrderAnswer> {
    if (this.operations === noOperations) return nothingRuns(null);
    const { gamePlayer } = this.policy;
    if (this.operations instanceof RunOperation && ship.player !== gamePlayer) return nothingRuns(gamePlayer);
    const description = containerFor(order, ship, context, this.policy.maxRestarts);
    const takesOver = await this.#keptForItsCargo(ship);
    return this.commands.execute(new StartContainer(context, { ...description, adoptsObligations: true, takesOver }));
  }

  async #keptForItsCargo({ player, ship }: OrderedShip): Promise<{ readonly containerId: string } | null> {
    const { hold } = (await this.decisions.current(lease, leaseStream(shipResource(player, ship)))).state;
    if (hold?.holder.kind !== 'container') return null;
    const { state } = await this.decisions.current(container, containerStream(hold.holder.id));
    return state && isFinished(state) ? { containerId: state.containerId } : null;
  }
}

function nothingRuns(fliesFor: number | null): OrderAnswer {
  return { outcome: { type: 'NothingRunsHere', fliesFor }, position: 0n };
}

/** The same request names the same container, so that a repeat of it finds what the first one made. */
function containerFor(
  { type, ...params }: ShipOrder,
  { player, ship }: OrderedShip,
  { commandId }: CommandContext,
  maxRestarts: number,
): ContainerDescription {
  const [containerType, commandType] = names[type];
  const given: JsonObject = { ...params };
  const hex8 = commandId.replaceAll('-', '').slice(0, 8);
  return {
    containerId: containerIdFor(operationName(containerType, ''), ship, hex8),
    player,
    containerType,
    commandType,
    config: { command_type: commandType, params: { ship_symbol: ship, player_id: player, ...given } },
    metadata: { ship_symbol: ship, ...given },
    ships: [ship],
    maxIterations: 1,
    restartPolicy: 'on-failure',
    maxRestarts,
    parentId: null,
    runner: 'daemon',
  };
}
