import { decodeEvent } from '../../application/events/event-codec.js';
import type { Clock } from '../../application/ports/clock.js';
import type { EventStore, RecordedEvent } from '../../application/ports/event-store.js';
import type { Assignment } from '../../application/queries/assignments.js';
import { AsOfAhead, type AsOf, type ViewAnswer } from '../../application/queries/view-answer.js';
import { containerStream } from '../../domain/container/container.js';
import { containers } from '../fleet/containers.js';
import { fleet } from '../fleet/fleet.js';
import { shipAssignments } from '../fleet/ship-assignments.js';
import { applyFact } from '../fold-view.js';
import { RowSet } from '../rows/row-set.js';
import { assignmentOf, containerRowOf } from './fleet-rows.js';

const pageLength = 500;

/** The fleet as the log had it at a position or an instant: the same fold that keeps the tables, in memory. */
export class FleetAsOf {
  readonly #rows = new RowSet(fleet.tables);
  readonly #parked = new Set<string>();
  #position = 0n;

  private constructor(
    private readonly store: EventStore,
    private readonly asOf: AsOf,
  ) {}

  /** @throws AsOfAhead for a position or an instant that is still to come */
  static async at(asOf: AsOf, store: EventStore, clock: Clock): Promise<FleetAsOf> {
    if ('atMs' in asOf) {
      if (asOf.atMs > clock.nowMs()) throw new AsOfAhead('That moment is still to come.');
    } else {
      const head = await store.headPosition();
      if (asOf.position > head) throw new AsOfAhead(`The newest event is at position ${head}.`);
    }
    return new FleetAsOf(store, asOf);
  }

  /** The whole fleet; costs a read of every fleet event up to then. */
  async foldAll(): Promise<void> {
    const upTo = 'position' in this.asOf ? { upTo: this.asOf.position } : {};
    for await (const recorded of this.store.readAll({ ...upTo, streamPrefixes: fleet.streamPrefixes })) {
      if (!this.#take(recorded)) return;
    }
  }

  /** Some ships with the containers that held them then; costs a read of their own streams. */
  async foldShips(streams: readonly string[]): Promise<void> {
    for (const stream of streams) await this.#foldStream(stream);
    for (const { container_id } of this.#rows.sorted(shipAssignments)) {
      if (container_id !== null) await this.#foldStream(containerStream(String(container_id)));
    }
  }

  assignments(): readonly Assignment[] {
    const holders = this.#rows.sorted(containers).map((row) => containerRowOf(row as never));
    const byId = new Map(holders.map((each) => [each.containerId, each]));
    return this.#rows
      .sorted(shipAssignments)
      .map((row) => assignmentOf(row as never, byId.get(String(row['container_id'])) ?? null));
  }

  answer<T>(value: T): ViewAnswer<T> {
    const position = 'position' in this.asOf ? this.asOf.position : this.#position;
    return { type: 'Answered', value, position, head: null, ageMs: 0, parked: this.#parked.size };
  }

  async #foldStream(stream: string): Promise<void> {
    for (let from = 0n; ; from += BigInt(pageLength)) {
      const page = await this.store.readForwards(stream, { from, max: pageLength });
      for (const recorded of page) if (!this.#take(recorded)) return;
      if (page.length < pageLength) return;
    }
  }

  /** @returns false when the event lies after what was asked for */
  #take(recorded: RecordedEvent): boolean {
    const { stream, revision, position, createdMs } = recorded;
    const after = 'position' in this.asOf ? position > this.asOf.position : createdMs > this.asOf.atMs;
    if (after) return false;
    if (position > this.#position) this.#position = position;
    if (this.#parked.has(stream)) return true;
    try {
      applyFact(fleet, { stream, revision, position, event: decodeEvent(recorded) }, this.#rows);
    } catch {
      this.#parked.add(stream);
    }
    return true;
  }
}
