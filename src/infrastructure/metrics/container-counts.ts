import type { EventStore, NewEvent } from '../../application/ports/event-store.js';
import { containerStream } from '../../domain/container/container.js';
import type { ContainerEvent } from '../../domain/container/events.js';
import type { Metrics } from './metrics.js';

const mostKnown = 10_000;

interface Known {
  readonly labels: { readonly player_id: string; readonly container_type: string };
  /** Undefined until it is started after a reset. */
  startedAtMs: number | undefined;
}

/**
 * Counts by player and type what a container's events tell only with its first one at hand: that one is remembered, or
 * read once for a container of another process or another time.
 */
export class ContainerCounts {
  readonly #known = new Map<string, Promise<Known>>();

  constructor(
    private readonly store: Pick<EventStore, 'readForwards'>,
    private readonly metrics: Metrics,
  ) {}

  /** Goes on in the background; what cannot be read is counted without player and type. */
  count({ type, data }: NewEvent): void {
    if (!type.startsWith('Container')) return;
    const event = { type, ...data } as unknown as ContainerEvent;
    if (event.type === 'ContainerCreated') return this.#remember(event.containerId, Promise.resolve(knownFrom(event)));
    if (!counted.has(type)) return;
    const known = this.#known.get(event.containerId) ?? this.#look(event.containerId);
    void known.then((found) => this.#move(event, found));
  }

  #move(event: ContainerEvent, known: Known): void {
    const { labels } = known;
    switch (event.type) {
      case 'ContainerReset':
        known.startedAtMs = undefined;
        return;
      case 'ContainerStarted':
        known.startedAtMs ??= event.atMs;
        if (event.attempt > 1) this.metrics.containerRestarts.inc(labels);
        return;
      case 'ContainerIterationCompleted':
        return this.metrics.containerIterations.inc(labels);
      case 'ContainerCompleted':
      case 'ContainerFailed':
      case 'ContainerStopped':
        if (known.startedAtMs === undefined) return;
        return this.metrics.containerDuration.observe(labels, Math.max(0, event.atMs - known.startedAtMs) / 1_000);
      default:
    }
  }

  #look(containerId: string): Promise<Known> {
    const found = this.store.readForwards(containerStream(containerId), { max: 1 }).then(
      ([first]) => {
        if (first?.type !== 'ContainerCreated') return nobody();
        return knownFrom({ type: first.type, ...first.data } as unknown as Created);
      },
      () => {
        this.#known.delete(containerId);
        return nobody();
      },
    );
    this.#remember(containerId, found);
    return found;
  }

  #remember(containerId: string, known: Promise<Known>): void {
    const [oldest] = this.#known.keys();
    if (oldest !== undefined && this.#known.size >= mostKnown) this.#known.delete(oldest);
    this.#known.set(containerId, known);
  }
}

type Created = Extract<ContainerEvent, { readonly type: 'ContainerCreated' }>;

const counted: ReadonlySet<string> = new Set<ContainerEvent['type']>([
  'ContainerReset',
  'ContainerStarted',
  'ContainerIterationCompleted',
  'ContainerCompleted',
  'ContainerFailed',
  'ContainerStopped',
]);

/** One of its own for each container: when it was started is noted in it. */
const nobody = (): Known => ({ labels: { player_id: '', container_type: '' }, startedAtMs: undefined });

function knownFrom({ player, containerType, atMs }: Created): Known {
  return { labels: { player_id: String(player), container_type: containerType }, startedAtMs: atMs };
}
