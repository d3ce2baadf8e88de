import {
  OutcomeUnknown,
  type AppendResult,
  type EventStore,
  type ExpectedRevision,
  type NewEvent,
  type Subscription,
  type SubscriptionOptions,
} from '../../application/ports/event-store.js';
import { ContainerCounts } from './container-counts.js';
import { countEvent } from './count-event.js';
import { InheritedEffects } from './inherited-effects.js';
import type { Metrics } from './metrics.js';

/**
 * A store whose appends are timed, and counted by what they say. Only what is written through it is counted: each process
 * counts its own. A repeat that the store takes for the same append is counted again.
 */
export class MeasuredEventStore implements EventStore {
  readonly readBackwards: EventStore['readBackwards'];
  readonly readForwards: EventStore['readForwards'];
  readonly readAll: EventStore['readAll'];
  readonly readAllBackwards: EventStore['readAllBackwards'];
  readonly headPosition: EventStore['headPosition'];
  readonly close: EventStore['close'];
  readonly #containers: ContainerCounts;
  readonly #inherited: InheritedEffects;

  constructor(
    private readonly store: EventStore,
    private readonly metrics: Metrics,
  ) {
    this.readBackwards = store.readBackwards.bind(store);
    this.readForwards = store.readForwards.bind(store);
    this.readAll = store.readAll.bind(store);
    this.readAllBackwards = store.readAllBackwards.bind(store);
    this.headPosition = store.headPosition.bind(store);
    this.close = store.close.bind(store);
    this.#containers = new ContainerCounts(store, metrics);
    this.#inherited = new InheritedEffects(metrics);
  }

  async append(stream: string, expected: ExpectedRevision, events: readonly NewEvent[]): Promise<AppendResult> {
    const began = performance.now();
    const ended = (outcome: string) =>
      this.metrics.appendDuration.observe({ outcome }, (performance.now() - began) / 1_000);
    try {
      const result = await this.store.append(stream, expected, events);
      ended(result.type === 'Appended' ? 'ok' : 'conflict');
      if (result.type === 'Appended') this.#count(events);
      return result;
    } catch (error) {
      ended(error instanceof OutcomeUnknown ? 'unknown' : 'error');
      throw error;
    }
  }

  subscribe(options: SubscriptionOptions): Subscription {
    return this.store.subscribe({
      ...options,
      onDropped: (cause) => {
        this.metrics.subscriptionReconnects.inc();
        options.onDropped?.(cause);
      },
    });
  }

  #count(events: readonly NewEvent[]): void {
    for (const event of events) {
      countEvent(this.metrics, event);
      this.#containers.count(event);
      this.#inherited.count(event);
    }
  }
}
