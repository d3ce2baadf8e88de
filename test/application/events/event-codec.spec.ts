import fc from 'fast-check';
import { z } from 'zod';
import { catalogue, type DomainEvent } from '../../../src/application/events/catalogue.js';
import { compiled } from '../../../src/application/events/compiled-schema.js';
import { decodeEvent, encodeEvent, EventCodec, UnreadableEvent } from '../../../src/application/events/event-codec.js';
import { stored } from '../../../src/application/events/event-schema.js';
import { integer, text } from '../../../src/application/events/stored-values.js';
import type { JsonObject } from '../../../src/domain/kernel/json.js';
import { examples } from '../../support/examples.js';
import { arbitraryEvent } from './arbitrary-event.js';

const recorded = (type: string, data: unknown, schemaVersion: unknown = 1) => ({
  type,
  data: data as JsonObject,
  metadata: examples.metadata({ schemaVersion: schemaVersion as number }),
});

function throughTheLog(event: DomainEvent): DomainEvent {
  const { type, data, schemaVersion } = encodeEvent(event);
  return decodeEvent(recorded(type, JSON.parse(JSON.stringify(data)), schemaVersion));
}

function unreadable(read: () => unknown): UnreadableEvent {
  try {
    read();
  } catch (failure) {
    if (failure instanceof UnreadableEvent) return failure;
    throw failure;
  }
  throw new Error('it was readable');
}

describe('what stands in the log', () => {
  it('is the event without its type, and the version of its schema', () => {
    expect(encodeEvent({ type: 'ContainerRemoved', containerId: 'c-1', atMs: 5 })).toEqual({
      type: 'ContainerRemoved',
      data: { containerId: 'c-1', atMs: 5 },
      schemaVersion: 1,
    });
  });

  it.each(examples.everyEvent().map((event) => [event.type, event] as const))('gives %s back unchanged', (_, event) => {
    expect(throughTheLog(event)).toStrictEqual(event);
  });

  it('gives every event back unchanged, whatever is in it', () => {
    fc.assert(
      fc.property(arbitraryEvent, (event) => {
        expect(throughTheLog(event)).toStrictEqual(event);
      }),
      { numRuns: 1000 },
    );
  });

  it('has an example of every type', () => {
    expect(examples.everyEvent().map(({ type }) => type)).toEqual(Object.keys(catalogue));
  });
});

describe('writing an event that does not fit its schema', () => {
  it.each<[string, object]>([
    ['a missing field', { containerId: 'c-1' }],
    ['a field too many', { containerId: 'c-1', atMs: 5, colour: 'red' }],
    ['a field that is undefined', { containerId: 'c-1', atMs: undefined }],
    ['a time that is no integer', { containerId: 'c-1', atMs: 5.5 }],
    ['a time that is no number', { containerId: 'c-1', atMs: NaN }],
    ['NUL in a text', { containerId: 'c\0', atMs: 5 }],
    ['half a surrogate pair in a text', { containerId: 'c\ud800', atMs: 5 }],
  ])('throws for %s', (_, data) => {
    expect(() => encodeEvent({ type: 'ContainerRemoved', ...data } as DomainEvent)).toThrow(TypeError);
  });

  it('throws for a type that is not in the catalogue', () => {
    expect(() => encodeEvent({ type: 'ContainerSunk' } as unknown as DomainEvent)).toThrow(
      'no schema for ContainerSunk',
    );
  });

  it.each<[string, unknown]>([
    ['NUL', { a: { b: ['\0'] } }],
    ['NUL in a key', { '\0': 1 }],
    ['a date', { at: new Date(0) }],
    ['infinity', { units: Infinity }],
    ['undefined', { units: undefined }],
  ])('throws for %s deep in a JSON field', (_, entries) => {
    const event = examples.container.metadataSet({ entries: { deep: [entries as JsonObject] } });
    expect(() => encodeEvent(event)).toThrow(TypeError);
  });
});

describe('reading an event that this program does not understand', () => {
  it('says so for an unknown type', () => {
    expect(unreadable(() => decodeEvent(recorded('ContainerSunk', {})))).toMatchObject({
      type: 'ContainerSunk',
      schemaVersion: 1,
      reason: 'unknown type',
    });
  });

  it.each([0, 2, 1.5, '1', null, undefined])('says so for the unknown version %p', (version) => {
    const { metadata: _, ...event } = recorded('ContainerRemoved', { containerId: 'c-1', atMs: 5 });
    const metadata = { ...examples.metadata(), schemaVersion: version as number };
    expect(unreadable(() => decodeEvent({ ...event, metadata })).reason).toBe('unknown version');
  });

  it('says so when there is no metadata at all', () => {
    const foreign = { type: 'ContainerRemoved', data: {}, metadata: undefined as never };
    expect(unreadable(() => decodeEvent(foreign))).toMatchObject({
      schemaVersion: undefined,
      reason: 'unknown version',
    });
  });

  it.each([[null], ['text'], [[]], [7]])('says so when the data is %p', (data) => {
    expect(unreadable(() => decodeEvent(recorded('ContainerRemoved', data))).type).toBe('ContainerRemoved');
  });

  it('names the field that does not fit', () => {
    const { reason } = unreadable(() => decodeEvent(recorded('ContainerRemoved', { containerId: 'c-1', atMs: 'now' })));
    expect(reason).toContain('atMs');
  });
});

describe('an event of an older version', () => {
  type Docked = { readonly type: 'Docked'; readonly ship: string; readonly berth: number };
  const codec = new EventCodec<Docked>({
    Docked: stored(
      z.strictObject({ ship: text, berth: integer }),
      ({ name }) => ({ ship: name ?? '' }),
      (data) => ({ ...data, berth: 1 }),
    ),
  });

  it('is read as the newest version, one step at a time', () => {
    expect(codec.decode(recorded('Docked', { name: 'COOPER-2' }, 1))).toEqual({
      type: 'Docked',
      ship: 'COOPER-2',
      berth: 1,
    });
    expect(codec.decode(recorded('Docked', { ship: 'COOPER-2' }, 2)).berth).toBe(1);
    expect(codec.decode(recorded('Docked', { ship: 'COOPER-2', berth: 9 }, 3)).berth).toBe(9);
  });

  it('is written as the newest version', () => {
    expect(codec.encode({ type: 'Docked', ship: 'COOPER-2', berth: 9 }).schemaVersion).toBe(3);
  });

  it('is not taken for a newer one', () => {
    expect(() => codec.decode(recorded('Docked', { ship: 'COOPER-2' }, 3))).toThrow(UnreadableEvent);
  });
});

describe('the fast check', () => {
  const damaged = fc.tuple(arbitraryEvent, fc.nat(), fc.anything()).map(([{ type, ...data }, at, value]) => {
    const keys = [...Object.keys(data), 'unheardOf'];
    return { type, data: { ...data, [keys[at % keys.length] ?? '']: value } };
  });

  it('agrees with the schema it was made from, on sound and on damaged events', () => {
    const verdicts = { sound: 0, damaged: 0 };
    fc.assert(
      fc.property(
        fc.oneof(
          arbitraryEvent.map(({ type, ...data }) => ({ type, data })),
          damaged,
        ),
        ({ type, data }) => {
          const schema = catalogue[type].data as z.ZodType;
          const verdict = compiled(schema)(data);
          verdicts[verdict ? 'sound' : 'damaged']++;
          expect(verdict).toBe(schema.safeParse(data).success);
        },
      ),
      { numRuns: 2000 },
    );
    expect(Math.min(verdicts.sound, verdicts.damaged)).toBeGreaterThan(300);
  });

  it('refuses to be made from a schema it does not know', () => {
    expect(() => compiled(z.date())).toThrow('stored events have no date');
  });
});
