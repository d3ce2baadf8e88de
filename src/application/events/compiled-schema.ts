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
      return strictObject(Object.entries(def.shape).map(([key, entry]) => [key, compiled(entry)]));
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

function strictObject(entries: readonly (readonly [key: string, fits: Fits])[]): Fits {
  const keys = entries.map(([key]) => key);
  const checks = entries.map(([, fits]) => fits);
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    const given = value as Record<string, unknown>;
    for (let i = 0; i < keys.length; i++) if (!checks[i]!(given[keys[i]!])) return false;
    return Object.keys(given).length === keys.length;
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
