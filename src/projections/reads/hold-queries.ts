import { Inject } from '@nestjs/common';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ListHolds, type Assignment, type HoldPair } from '../../application/queries/assignments.js';
import type { ContainerRow } from '../../application/queries/containers.js';
import type { NotThereYet, ViewAnswer } from '../../application/queries/view-answer.js';
import { liveStatuses } from '../../domain/container/container.js';
import { containers } from '../fleet/containers.js';
import { fleet } from '../fleet/fleet.js';
import { shipAssignments } from '../fleet/ship-assignments.js';
import { containerRowOf, withContainers } from './fleet-rows.js';
import { selectRows, Where } from './select.js';
import { ViewReader } from './view-reader.js';

@QueryHandler(ListHolds)
export class ListHoldsHandler implements IQueryHandler<ListHolds> {
  constructor(@Inject(ViewReader) private readonly reader: ViewReader) {}

  execute({ ask }: ListHolds): Promise<ViewAnswer<readonly HoldPair[]> | NotThereYet> {
    const ofPlayer = () => new Where().and('player_id = ?', ask.player);
    return this.reader.answer([fleet], ask, async (connection) => {
      const held = await selectRows(connection, shipAssignments, ofPlayer().and('status <> ?', 'idle'));
      const live = await selectRows(connection, containers, ofPlayer().and('status = ANY(?)', liveStatuses));
      return pairsOf(await withContainers(connection, held), live.map(containerRowOf));
    });
  }
}

/** Every lease in force once, and every ship of a live container that does not hold it once. */
export function pairsOf(held: readonly Assignment[], live: readonly ContainerRow[]): readonly HoldPair[] {
  const holding = new Set(held.map(({ player, ship, containerId }) => JSON.stringify([player, ship, containerId])));
  const leases = held.map((assignment) => ({ assignment, container: assignment.container, ship: assignment.ship }));
  const bare = live.flatMap((container): HoldPair[] => {
    const { player, ships, containerId } = container;
    if (ships.length === 0) return [{ assignment: null, container, ship: null }];
    return ships
      .filter((ship) => !holding.has(JSON.stringify([player, ship, containerId])))
      .map((ship) => ({ assignment: null, container, ship }));
  });
  return [...leases, ...bare];
}
