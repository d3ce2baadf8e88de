import type { Clock } from '../../application/ports/clock.js';
import type { EventStore } from '../../application/ports/event-store.js';
import type { Assignment } from '../../application/queries/assignments.js';
import type { AsOf } from '../../application/queries/view-answer.js';
import { containerStream } from '../../domain/container/container.js';
import { containers } from '../fleet/containers.js';
import { fleet } from '../fleet/fleet.js';
import { shipAssignments } from '../fleet/ship-assignments.js';
import { assignmentOf, containerRowOf } from './fleet-rows.js';
import { requirePast, ViewAsOf } from './view-as-of.js';

/** The fleet as the log had it at a position or an instant. */
export class FleetAsOf extends ViewAsOf {
  /** @throws AsOfAhead for a position or an instant that is still to come */
  static async at(asOf: AsOf, store: EventStore, clock: Clock): Promise<FleetAsOf> {
    await requirePast(asOf, store, clock);
    return new FleetAsOf(fleet, store, asOf);
  }

  /** Some ships with the containers that held them then; costs a read of their own streams. */
  async foldShips(streams: readonly string[]): Promise<void> {
    for (const stream of streams) await this.foldStream(stream);
    for (const { container_id } of this.rows.sorted(shipAssignments)) {
      if (container_id !== null) await this.foldStream(containerStream(String(container_id)));
    }
  }

  assignments(): readonly Assignment[] {
    const holders = this.rows.sorted(containers).map((row) => containerRowOf(row as never));
    const byId = new Map(holders.map((each) => [each.containerId, each]));
    return this.rows
      .sorted(shipAssignments)
      .map((row) => assignmentOf(row as never, byId.get(String(row['container_id'])) ?? null));
  }
}
