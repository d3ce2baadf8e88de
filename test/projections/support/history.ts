import { randomUUID } from 'node:crypto';
import type { DomainEvent } from '../../../src/application/events/catalogue.js';
import { decodeEvent, encodeEvent } from '../../../src/application/events/event-codec.js';
import type { EventStore, NewEvent, RecordedEvent } from '../../../src/application/ports/event-store.js';
import { agentTaskStream } from '../../../src/domain/agent-task/agent-task.js';
import { agentStream } from '../../../src/domain/agent/agent.js';
import { containerStream } from '../../../src/domain/container/container.js';
import { flowStream } from '../../../src/domain/flow/flow.js';
import { leaseStream } from '../../../src/domain/lease/resource.js';
import { instanceStream } from '../../../src/domain/instance/instance.js';
import { marketStream } from '../../../src/domain/market/market.js';
import { playerStream } from '../../../src/domain/player/player.js';
import { systemStream } from '../../../src/domain/system/system.js';
import type { Fact } from '../../../src/projections/view.js';
import { examples } from '../../support/examples.js';

/** The stream an event belongs to. */
export function streamOf(event: DomainEvent): string {
  if ('resource' in event) return leaseStream(event.resource);
  if ('containerId' in event) return containerStream(event.containerId);
  if ('flowId' in event) return flowStream(event.flowId);
  if ('chart' in event) return systemStream(event.chart.symbol);
  if ('goods' in event) return marketStream(event.waypoint);
  if ('agentSymbol' in event) return playerStream(event.player);
  if ('instance' in event) return instanceStream(event.instance);
  if ('taskId' in event) return agentTaskStream(event.queue, event.taskId);
  if (event.type === 'AgentRegistered') return agentStream(event.name);
  throw new Error(`no stream for ${event.type}`);
}

export function newEvent(event: DomainEvent): NewEvent {
  const { type, data, schemaVersion } = encodeEvent(event);
  return { id: randomUUID(), type, data, metadata: { ...examples.metadata(), schemaVersion } };
}

/** A history in log order, as a view is given it. */
export function factsOf(events: readonly DomainEvent[]): Fact[] {
  const revisions = new Map<string, bigint>();
  return events.map((event, index) => {
    const stream = streamOf(event);
    const revision = (revisions.get(stream) ?? -1n) + 1n;
    revisions.set(stream, revision);
    const decoded = decodeEvent(JSON.parse(JSON.stringify(newEvent(event))) as RecordedEvent);
    return { stream, revision, position: BigInt(index + 1), event: decoded };
  });
}

/** Appends each event to its own stream, in order, at whatever revision that stream has. */
export class Writer {
  readonly #revisions = new Map<string, bigint>();

  constructor(private readonly store: EventStore) {}

  /** @returns the position of the last one */
  async write(...events: readonly DomainEvent[]): Promise<bigint> {
    let position = 0n;
    for (const event of events) position = await this.writeRaw(streamOf(event), newEvent(event));
    return position;
  }

  async writeRaw(stream: string, ...events: readonly NewEvent[]): Promise<bigint> {
    const revision = this.#revisions.get(stream);
    const result = await this.store.append(stream, revision ?? 'none', events);
    if (result.type === 'Conflict') throw new Error(`somebody else wrote to ${stream}`);
    this.#revisions.set(stream, result.revision);
    return result.position;
  }
}
