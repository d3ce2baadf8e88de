import type { ParkedStream } from '../../application/queries/projections.js';

/** The streams a view no longer follows. Changes are taken over only when they were committed. */
export class ParkingLot {
  readonly #parked: Map<string, ParkedStream>;

  constructor(parked: Iterable<ParkedStream> = []) {
    this.#parked = new Map([...parked].map((each) => [each.stream, each]));
  }

  get size(): number {
    return this.#parked.size;
  }

  get(stream: string): ParkedStream | undefined {
    return this.#parked.get(stream);
  }

  all(): readonly ParkedStream[] {
    return [...this.#parked.values()];
  }

  take(changed: Iterable<ParkedStream>): void {
    for (const each of changed) this.#parked.set(each.stream, each);
  }
}
