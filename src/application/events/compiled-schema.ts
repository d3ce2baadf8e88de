import { z } from 'zod';

export type Fits = (value: unknown) => boolean;

/**
 * Says only whether data fits, and does so several times faster than the schema it is made from: a rebuild asks it a
 * million times. The schema itself stays the judge of what is wrong, and the two are tested to agree.
 * @throws TypeError for a kind of schema that stored events have had no use for yet
 */
export function compiled(schema: z.core.$ZodType): Fits {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'object':
      return strictObject(Object.entries(def.shape).map(([key, entry]) => fieldOf(key, entry)));
    case 'array':
      return arrayOf(compiled(def.element));
    case 'nullable':
      return nullOr(compiled(def.innerType));
    case 'enum':
      return oneOf(Object.values(def.entries));
    case 'literal':
      return oneOf(def.values);
    case 'custom':
      return def.fn as Fits;
    default:
      throw new TypeError(`stored events have no ${def.type}`);
  }
}

interface Field {
  readonly key: string;
  readonly fits: Fits;
  /** May be left out, but not be undefined. */
  readonly optional: boolean;
}

function fieldOf(key: string, schema: z.core.$ZodType): Field {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  const optional = def.type === 'optional';
  return { key, fits: compiled(optional ? def.innerType : schema), optional };
}

function strictObject(fields: readonly Field[]): Fits {
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    const given = value as Record<string, unknown>;
    let known = fields.length;
    for (const { key, fits, optional } of fields) {
      const field = given[key];
      if (optional && field === undefined && !Object.hasOwn(given, key)) known -= 1;
      else if (!fits(field)) return false;
    }
    return Object.keys(given).length === known;
  };
}

function arrayOf(fits: Fits): Fits {
  return (value) => Array.isArray(value) && value.every(fits);
}

function nullOr(fits: Fits): Fits {
  return (value) => value === null || fits(value);
}

function oneOf(values: readonly unknown[]): Fits {
  const allowed = new Set(values);
  return (value) => allowed.has(value);
}
