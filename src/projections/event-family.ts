import type { DomainEvent } from '../application/events/catalogue.js';
import type { ContainerEvent } from '../domain/container/events.js';
import type { FlowEvent } from '../domain/flow/events.js';
import type { LeaseEvent } from '../domain/lease/events.js';

export function isLeaseEvent(event: DomainEvent): event is LeaseEvent {
  return 'resource' in event;
}

export function isContainerEvent(event: DomainEvent): event is ContainerEvent {
  return 'containerId' in event;
}

export function isFlowEvent(event: DomainEvent): event is FlowEvent {
  return 'flowId' in event;
}
