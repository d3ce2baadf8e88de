import type { DomainEvent } from '../../application/events/catalogue.js';
import type { NewEvent } from '../../application/ports/event-store.js';
import { balances } from '../../domain/recovery/receipt.js';
import type { Metrics } from './metrics.js';

/** Moves what one event, as it was just written, says by itself. */
export function countEvent(metrics: Metrics, { type, data, metadata: { via } }: NewEvent): void {
  metrics.eventsAppended.inc({ type });
  const event = { type, ...data } as unknown as DomainEvent;
  switch (event.type) {
    case 'LeaseGranted':
      return metrics.leaseGrants.inc({ kind: event.resource.kind });
    case 'LeaseHandedOver':
      metrics.leaseGrants.inc({ kind: event.resource.kind });
      return metrics.leaseReleases.inc({ kind: event.resource.kind, reason: 'handed_over' });
    case 'LeaseReserved':
      metrics.leaseGrants.inc({ kind: event.resource.kind });
      if (event.displaced) metrics.leaseReleases.inc({ kind: event.resource.kind, reason: 'preempted' });
      return;
    case 'LeaseReleased':
      return metrics.leaseReleases.inc({ kind: event.resource.kind, reason: event.reason });
    case 'LeaseExpired':
      metrics.leaseExpiries.inc({ kind: event.resource.kind });
      if (event.resource.kind === 'phase') metrics.phaseLockTimeouts.inc();
      return metrics.leaseReleases.inc({ kind: event.resource.kind, reason: 'expired' });
    case 'LeaseBroken':
      return metrics.leaseReleases.inc({ kind: event.resource.kind, reason: 'manual' });
    case 'TaskClaimed':
      if (event.failures > 0) metrics.taskRetries.inc();
      return;
    case 'TaskPoisoned':
      return metrics.tasksPoisoned.inc();
    case 'ContainerStarted':
      if (via === 'recovery') metrics.tasksRecovered.inc({ status: 'restarted' });
      return;
    case 'ContainerFailed':
      if (via === 'recovery') metrics.tasksRecovered.inc({ status: 'orphaned' });
      return;
    case 'ObligationIncurred':
      if (via === 'recovery') metrics.tasksRecovered.inc({ status: 'cargo_recovered' });
      return;
    case 'InstanceRecovered':
      metrics.recoveryDuration.set(event.tookMs / 1_000);
      metrics.tasksRecovered.inc({ status: 'parked' }, event.receipt.unverified);
      if (!balances(event.receipt)) metrics.invariantViolations.inc({ id: 'receipt_unbalanced' });
      return;
    default:
  }
}
