import type { JsonObject } from '../../domain/kernel/json.js';
import { faultWords, toldFaults } from '../fault-words.js';
import type { RecordedEvent } from '../ports/event-store.js';
import { catalogue, type DomainEvent } from './catalogue.js';
import { compiled, type Fits } from './compiled-schema.js';
import type { EventSchema } from './event-schema.js';

/** An event in the log that this program does not understand. */
export class UnreadableEvent extends Error {
  override readonly name = 'UnreadableEvent';
  constructor(
    readonly type: string,
    /** As far as the event says one. */
    readonly schemaVersion: number | undefined,
    readonly reason: string,
  ) {
    super(`cannot read ${type} v${schemaVersion ?? '?'}: ${reason}`);
  }
}

export interface EncodedEvent {
  readonly type: string;
  readonly data: JsonObject;
  readonly schemaVersion: number;
}

type Stored = Pick<RecordedEvent, 'type' | 'data' | 'metadata'>;

/** Both ways between the events of the domain and what stands in the log. */
export class EventCodec<Event extends { readonly type: string }> {
  readonly #entries: ReadonlyMap<string, Entry>;

  constructor(schemas: Readonly<Record<Event['type'], EventSchema>>) {
    const entries = Object.entries<EventSchema>(schemas);
    this.#entries = new Map(entries.map(([type, schema]) => [type, { ...schema, fits: compiled(schema.data) }]));
  }

  /** Throws when the event does not fit its own schema: that is a bug, and it must not reach the log. */
  encode({ type, ...data }: Event): EncodedEvent {
    const entry = this.#entries.get(type);
    if (entry === undefined) throw new TypeError(`no schema for ${type}`);
    if (!entry.fits(data)) throw new TypeError(`${type} does not fit its schema: ${whyNot(entry, data)}`);
    return { type, data: data as JsonObject, schemaVersion: entry.version };
  }

  /** Throws UnreadableEvent for an unknown type, an unknown version, or data that does not fit. */
  decode({ type, data, metadata }: Stored): Event {
    const version: unknown = (metadata as Partial<typeof metadata> | undefined)?.schemaVersion;
    const entry = this.#entries.get(type);
    if (entry === undefined) throw new UnreadableEvent(type, numberOrNone(version), 'unknown type');
    if (!isVersionOf(entry, version)) throw new UnreadableEvent(type, numberOrNone(version), 'unknown version');
    if (!isObject(data)) throw new UnreadableEvent(type, version, 'its data is not a JSON object');
    const current = entry.upcasters.slice(version - 1).reduce((older, upcast) => upcast(older), data);
    if (!entry.fits(current)) throw new UnreadableEvent(type, version, whyNot(entry, current));
    return { type, ...current } as unknown as Event;
  }
}

interface Entry extends EventSchema {
  readonly fits: Fits;
}

function whyNot({ data: schema }: EventSchema, data: unknown): string {
  const { error } = schema.safeParse(data, { error: faultWords });
  return error === undefined ? 'does not fit' : toldFaults(error, 'its data');
}

function isVersionOf(schema: EventSchema, version: unknown): version is number {
  return typeof version === 'number' && Number.isInteger(version) && version >= 1 && version <= schema.version;
}

function isObject(data: unknown): boolean {
  return typeof data === 'object' && data !== null;
}

function numberOrNone(version: unknown): number | undefined {
  return typeof version === 'number' ? version : undefined;
}

const codec = new EventCodec<DomainEvent>(catalogue);

/** The event as it is written. Throws when it does not fit its own schema. */
export function encodeEvent(event: DomainEvent): EncodedEvent {
  return codec.encode(event);
}

/** The event as it was decided. Throws UnreadableEvent for an unknown type, an unknown version, or data that does not fit. */
export function decodeEvent(recorded: Stored): DomainEvent {
  return codec.decode(recorded);
}
