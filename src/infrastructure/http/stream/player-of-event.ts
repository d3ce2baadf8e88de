import type { EventStore, RecordedEvent } from '../../../application/ports/event-store.js';
import { resourceOfStream } from '../../../domain/lease/resource.js';

const streamsRemembered = 10_000;

/** Whose event it is. A container's stream says so once, in its first event. */
export class PlayerOfEvent {
  readonly #remembered = new Map<string, number | undefined>();

  constructor(private readonly store: EventStore) {}

  /** Undefined: it belongs to no player, as a chart and the life of a process do. */
  async of(event: RecordedEvent): Promise<number | undefined> {
    const { stream } = event;
    const held = resourceOfStream(stream);
    if (held) return held.kind === 'ship' ? Number(held.scope) : undefined;
    if (stream.startsWith('player-')) return playerIn(event);
    if (!stream.startsWith('container-')) return undefined;
    if (!this.#remembered.has(stream)) this.#remember(stream, await this.#firstOf(event));
    return this.#remembered.get(stream);
  }

  async #firstOf(event: RecordedEvent): Promise<number | undefined> {
    if (event.revision === 0n) return playerIn(event);
    const [first] = await this.store.readForwards(event.stream, { max: 1 });
    return first && playerIn(first);
  }

  #remember(stream: string, player: number | undefined): void {
    this.#remembered.set(stream, player);
    if (this.#remembered.size <= streamsRemembered) return;
    for (const oldest of this.#remembered.keys()) {
      this.#remembered.delete(oldest);
      return;
    }
  }
}

function playerIn({ data }: RecordedEvent): number | undefined {
  return typeof data['player'] === 'number' ? data['player'] : undefined;
}
