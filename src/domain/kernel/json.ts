/** What may stand in an event: JSON, and nothing that JSON would change on its way to the disk and back. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** A copy that shares nothing with the original: what its giver does to it later has no effect here. */
export function copyOf<T extends Json>(value: T): T {
  return copied(value) as T;
}

function copied(value: Json): Json {
  if (value === null || typeof value !== 'object') return value;
  if (isList(value)) return value.map(copied);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, copied(each)]));
}

/** Whether two values are the same JSON; the order of an object's fields does not count. */
export function sameJson(one: Json | undefined, other: Json | undefined): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (isList(one) || isList(other)) {
    return (
      isList(one) && isList(other) && one.length === other.length && one.every((each, i) => sameJson(each, other[i]))
    );
  }
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => sameJson(one[key], other[key]));
}

/** How many bytes the value takes as JSON in UTF-8. */
export function jsonBytes(value: Json): number {
  let bytes = 0;
  for (const character of JSON.stringify(value)) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x1_0000 ? 3 : 4;
  }
  return bytes;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
