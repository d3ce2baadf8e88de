import { Inject } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { container, containerStream, isFinished } from '../../domain/container/container.js';
import type { ContainerDescription } from '../../domain/container/events.js';
import { operationName, type containerTypes } from '../../domain/container/types.js';
import { containerIdFor } from '../../domain/ids.js';
import type { JsonObject } from '../../domain/kernel/json.js';
import { lease } from '../../domain/lease/lease.js';
import { leaseStream, shipResource } from '../../domain/lease/resource.js';
import type { Operation } from '../../domain/operations/operation.js';
import type { Answer } from '../answer.js';
import type { CommandContext } from '../command-context.js';
import { StartContainer, type ContainerStartedAnswer, type StartRefusal } from '../containers/start-container.js';
import { Decisions } from '../decide-and-append.js';
import type { Policy } from '../policy.js';
import { POLICY } from '../ports/tokens.js';

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

type OrderAnswer = Answer<ContainerStartedAnswer | StartRefusal>;

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
  ) {}

  async execute({ context, ship, order }: OrderShip): Promise<OrderAnswer> {
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
