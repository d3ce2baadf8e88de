import { decodeEvent } from '../../application/events/event-codec.js';
import type { Clock } from '../../application/ports/clock.js';
import type { EventStore, RecordedEvent } from '../../application/ports/event-store.js';
import { AsOfAhead, type AsOf, type ViewAnswer } from '../../application/queries/view-answer.js';
import { applyFact } from '../apply-fact.js';
import { RowSet } from '../rows/row-set.js';
import type { View } from '../view.js';

const pageLength = 500;

/** @throws AsOfAhead for a position or an instant that is still to come */
export async function requirePast(asOf: AsOf, store: EventStore, clock: Clock): Promise<void> {
  if ('atMs' in asOf) {
    if (asOf.atMs > clock.nowMs()) throw new AsOfAhead('That moment is still to come.');
    return;
  }
  const head = await store.headPosition();
  if (asOf.position > head) throw new AsOfAhead(`The newest event is at position ${head}.`);
}

/** A view as the log had it at a position or an instant: the same fold that keeps the tables, in memory. */
export class ViewAsOf {
  readonly rows: RowSet;
  readonly #parked = new Set<string>();
  #position = 0n;

  constructor(
    private readonly view: View,
    private readonly store: EventStore,
    private readonly asOf: AsOf,
  ) {
    this.rows = new RowSet(view.tables);
  }

  /** Everything; costs a read of every event of the view up to then. */
  async foldAll(): Promise<void> {
    const upTo = 'position' in this.asOf ? { upTo: this.asOf.position } : {};
    for await (const recorded of this.store.readAll({ ...upTo, streamPrefixes: this.view.streamPrefixes })) {
      if (!this.#take(recorded)) return;
    }
  }

  async foldStream(stream: string): Promise<void> {
    for (let from = 0n; ; from += BigInt(pageLength)) {
      const page = await this.store.readForwards(stream, { from, max: pageLength });
      for (const recorded of page) if (!this.#take(recorded)) return;
      if (page.length < pageLength) return;
    }
  }

  answer<T>(value: T): ViewAnswer<T> {
    const position = 'position' in this.asOf ? this.asOf.position : this.#position;
    return { type: 'Answered', value, position, head: null, ageMs: 0, parked: this.#parked.size };
  }

  /** @returns false when the event lies after what was asked for */
  #take(recorded: RecordedEvent): boolean {
    const { stream, revision, position, createdMs } = recorded;
    const after = 'position' in this.asOf ? position > this.asOf.position : createdMs > this.asOf.atMs;
    if (after) return false;
    if (position > this.#position) this.#position = position;
    if (this.#parked.has(stream)) return true;
    try {
      applyFact(this.view, { stream, revision, position, event: decodeEvent(recorded) }, this.rows);
    } catch {
      this.#parked.add(stream);
    }
    return true;
  }
}
