import type { DomainEvent } from '../../application/events/catalogue.js';
import type { NewEvent } from '../../application/ports/event-store.js';
import type { Resource } from '../../domain/lease/resource.js';
import type { Metrics } from './metrics.js';

const mostKnown = 10_000;

/**
 * Tells the effects that a new holder found open, and learnt the end of, from its own. They are remembered from the grant
 * that passed them on: who writes that, and runs what follows, is one process.
 */
export class InheritedEffects {
  readonly #open = new Set<string>();

  constructor(private readonly metrics: Pick<Metrics, 'tasksRecovered'>) {}

  count({ type, data }: NewEvent): void {
    const event = { type, ...data } as unknown as DomainEvent;
    if (event.type === 'LeaseGranted' || event.type === 'LeaseHandedOver') {
      for (const { effectId } of event.inherited.effects) this.#remember(keyOf(event.resource, effectId));
    }
    if (event.type !== 'EffectObserved') return;
    const wasInherited = this.#open.delete(keyOf(event.resource, event.effectId));
    if (wasInherited) this.metrics.tasksRecovered.inc({ status: 'reconciled' });
  }

  #remember(key: string): void {
    const [oldest] = this.#open;
    if (oldest !== undefined && this.#open.size >= mostKnown) this.#open.delete(oldest);
    this.#open.add(key);
  }
}

const keyOf = ({ kind, scope, name }: Resource, effectId: string) => [kind, scope, name, effectId].join('/');
