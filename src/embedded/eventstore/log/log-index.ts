import type { Direction, NewRecord, StreamHead } from './event-log.js';
import { PositionList } from './position-list.js';

interface Stream {
  /** Ordinal of each revision: plain small integers, so the array is as compact as a typed one and grows by itself. */
  readonly ordinals: number[];
  tombstoned: boolean;
}

const unknownStream: StreamHead = { lastRevision: -1, tombstoned: false };

/**
 * Where every record lies, without payloads: 8 bytes a record for its position, about 8 to 12 for its place in its
 * stream. A record's *ordinal* is its place among all records of the log, from 0.
 */
export class LogIndex {
  readonly #positions = new PositionList();
  readonly #streams = new Map<string, Stream>();

  get count(): number {
    return this.#positions.length;
  }

  get streamCount(): number {
    return this.#streams.size;
  }

  head(stream: string): StreamHead {
    const known = this.#streams.get(stream);
    if (known === undefined) return unknownStream;
    return { lastRevision: known.ordinals.length - 1, tombstoned: known.tombstoned };
  }

  position(ordinal: number): number {
    return this.#positions.at(ordinal);
  }

  positionOf(stream: string, revision: number): number | undefined {
    const ordinal = this.#streams.get(stream)?.ordinals[revision];
    return ordinal === undefined ? undefined : this.#positions.at(ordinal);
  }

  /** The record that begins exactly at `position`; RangeError if none does. */
  ordinalAt(position: number): number {
    const ordinal = this.#positions.lowerBound(position);
    if (ordinal < this.count && this.#positions.at(ordinal) === position) return ordinal;
    throw new RangeError(`No record begins at position ${position}.`);
  }

  ordinalAtOrAfter(position: number): number {
    return this.#positions.lowerBound(position);
  }

  /**
   * Ordinals of up to `max` records of a stream from `revision` on, in the order of reading.
   * @param visible only records with a lower ordinal are seen
   */
  ordinalsOf(stream: string, revision: number, direction: Direction, max: number, visible: number): number[] {
    const ordinals = this.#streams.get(stream)?.ordinals ?? [];
    const found: number[] = [];
    if (direction === 'forwards') {
      for (let at = Math.max(0, revision); at < ordinals.length && found.length < max; at += 1) {
        const ordinal = ordinals[at]!;
        if (ordinal >= visible) break;
        found.push(ordinal);
      }
      return found;
    }
    for (let at = Math.min(revision, ordinals.length - 1); at >= 0 && found.length < max; at -= 1) {
      const ordinal = ordinals[at]!;
      if (ordinal < visible) found.push(ordinal);
    }
    return found;
  }

  add(stream: string, tombstone: boolean, position: number): void {
    const ordinal = this.#positions.length;
    this.#positions.push(position);
    const known = this.#streams.get(stream);
    if (known === undefined) this.#streams.set(stream, { ordinals: tombstone ? [] : [ordinal], tombstoned: tombstone });
    else if (tombstone) known.tombstoned = true;
    else known.ordinals.push(ordinal);
  }

  /** Forgets the newest records, given in log order, as if they had never been added. */
  removeNewest(records: readonly NewRecord[]): void {
    for (const record of records.toReversed()) {
      const known = this.#streams.get(record.stream);
      if (known === undefined) throw new Error(`The index has no stream ${record.stream}.`);
      if (record.tombstone) known.tombstoned = false;
      else known.ordinals.pop();
      if (known.ordinals.length === 0 && !known.tombstoned) this.#streams.delete(record.stream);
    }
    this.#positions.shrink(this.count - records.length);
  }

  /** Throws RangeError unless every record follows its stream's head, taking those before it in `records` as added. */
  assertFollows(records: readonly NewRecord[]): void {
    const heads = new Map<string, StreamHead>();
    for (const { stream, revision, tombstone } of records) {
      const { lastRevision, tombstoned } = heads.get(stream) ?? this.head(stream);
      if (tombstoned) throw new RangeError(`Stream ${stream} is tombstoned; nothing can follow.`);
      if (!tombstone && revision !== lastRevision + 1)
        throw new RangeError(`Stream ${stream} ends at ${lastRevision}; revision ${revision} does not follow.`);
      heads.set(stream, { lastRevision: tombstone ? lastRevision : revision, tombstoned: tombstone });
    }
  }
}
