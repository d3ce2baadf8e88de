import { z } from 'zod';
import type { Json, JsonObject } from '../../domain/kernel/json.js';
import { isStorable } from '../../domain/kernel/text.js';

/** JSON can write down NUL and halves of surrogate pairs. */
function isText(value: unknown): value is string {
  return typeof value === 'string' && isStorable(value);
}

function isJson(value: unknown): value is Json {
  switch (typeof value) {
    case 'string':
      return isText(value);
    case 'number':
      return Number.isFinite(value);
    case 'boolean':
      return true;
    case 'object':
      return value === null || (Array.isArray(value) ? value.every(isJson) : isJsonObject(value));
    default:
      return false;
  }
}

function isJsonObject(value: unknown): value is JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const entries = value as Record<string, unknown>;
  if (typeof entries['toJSON'] === 'function') return false;
  return Object.keys(entries).every((key) => isText(key) && isJson(entries[key]));
}

const numberThat = (fits: (value: number) => boolean, otherwise: string) =>
  z.custom<number>((value) => typeof value === 'number' && fits(value), otherwise);

export const text = z.custom<string>(isText, 'must be text without NUL and half surrogate pairs');
export const json = z.custom<Json>(isJson, 'must be JSON without NUL and half surrogate pairs');
export const jsonObject = z.custom<JsonObject>(
  isJsonObject,
  'must be a JSON object, without NUL and half surrogate pairs',
);
export const flag = z.custom<boolean>((value) => typeof value === 'boolean', 'must be true or false');
export const number = numberThat(Number.isFinite, 'must be a finite number');
export const integer = numberThat(Number.isSafeInteger, 'must be an integer');
/** A number that only counts up: tokens, attempts, iterations. */
export const count = numberThat((value) => Number.isSafeInteger(value) && value >= 0, 'must be an integer from 0 up');
export const player = numberThat((value) => Number.isSafeInteger(value) && value >= 1, 'must be an integer from 1 up');
/** Wall time, milliseconds since 1970. */
export const instant = integer;
/** Milliseconds; a monotonic clock measures fractions. */
export const duration = number;
/** What tells one process from every other one. */
export const processMark = z.strictObject({ machine: text, began: text, home: text.exactOptional() });
