import fc from 'fast-check';
import type { z } from 'zod';
import { catalogue, type DomainEvent } from '../../../src/application/events/catalogue.js';
import * as values from '../../../src/application/events/stored-values.js';

const positiveZero = (value: number) => (Object.is(value, -0) ? 0 : value);
const text = fc.string({ unit: 'binary', maxLength: 20 }).map((word) => word.replaceAll('\0', ' '));
const jsonObject = fc
  .dictionary(text, fc.jsonValue({ noUnicodeString: false, maxDepth: 2 }), { maxKeys: 4, noNullPrototype: true })
  .map(storable);

const leaves = new Map<unknown, fc.Arbitrary<unknown>>([
  [values.text, text],
  [values.json, fc.oneof(jsonObject, text, fc.boolean(), fc.constant(null))],
  [values.jsonObject, jsonObject],
  [values.flag, fc.boolean()],
  [values.number, fc.double({ noNaN: true, noDefaultInfinity: true }).map(positiveZero)],
  [values.integer, fc.maxSafeInteger()],
  [values.count, fc.maxSafeNat()],
  [values.player, fc.integer({ min: 1 })],
]);

const typeOf = (schema: z.core.$ZodType) => (schema as z.core.$ZodTypes)._zod.def.type;

/** Any value that the schema takes. */
function anyOf(schema: z.core.$ZodType): fc.Arbitrary<unknown> {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'object': {
      const entries = Object.entries(def.shape);
      return fc.record(Object.fromEntries(entries.map(([key, entry]) => [key, anyOf(entry)])), {
        noNullPrototype: true,
        requiredKeys: entries.filter(([, entry]) => typeOf(entry) !== 'optional').map(([key]) => key),
      });
    }
    case 'optional':
      return anyOf(def.innerType);
    case 'array':
      return fc.array(anyOf(def.element), { maxLength: 3 });
    case 'nullable':
      return fc.option(anyOf(def.innerType), { nil: null });
    case 'enum':
      return fc.constantFrom(...Object.values(def.entries));
    case 'literal':
      return fc.constantFrom(...def.values);
    default: {
      const leaf = leaves.get(schema);
      if (leaf === undefined) throw new TypeError(`no arbitrary for ${def.type}`);
      return leaf;
    }
  }
}

function storable(value: Record<string, unknown>): Record<string, unknown> {
  return JSON.parse(JSON.stringify(value).replaceAll('\\u0000', ' ')) as Record<string, unknown>;
}

export const arbitraryEvent: fc.Arbitrary<DomainEvent> = fc.oneof(
  ...Object.entries(catalogue).map(([type, { data }]) =>
    anyOf(data).map((fields) => ({ type, ...(fields as object) }) as DomainEvent),
  ),
);
