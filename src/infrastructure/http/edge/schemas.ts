import { z } from 'zod';
import { containerForm, symbolForm } from '../../../domain/ids.js';
import { isStorable } from '../../../domain/kernel/text.js';

const matching = (form: RegExp, rule: string, message: string) =>
  z
    .string()
    .refine((text) => form.test(text), { message, params: { rule } })
    .meta({ pattern: form.source });

const someNumber = /^[+-]?\d+(\.\d+)?$/;
const plainDecimal = /^(0|[1-9]\d*)$/;

/** A whole number written as plain decimal text, as it stands in a path or a query: no sign, no leading zeros. */
export const decimalText = (least: number, most: number) =>
  z
    .string()
    .transform((text, context) => {
      const value = Number(text);
      if (plainDecimal.test(text) && value >= least && value <= most) return value;
      const rule = someNumber.test(text) ? 'number-range' : 'validation';
      const message = `Must be a whole number from ${least} to ${most} in plain digits.`;
      context.addIssue({ code: 'custom', message, params: { rule } });
      return z.NEVER;
    })
    .meta({ pattern: plainDecimal.source });

/** A player's id in a path or a query. */
export const playerIdText = decimalText(1, Number.MAX_SAFE_INTEGER).meta({ example: '1' });

/** A player's id in a body. */
export const playerId = z.int().positive().meta({ example: 1 });

/** A ship, system, waypoint, good … by its symbol. */
export const symbol = matching(
  symbolForm,
  'symbol-format',
  'Must be 1 to 64 of A-Z, 0-9, _ and -, the first a letter or a digit.',
).meta({
  example: 'COOPER-2',
});

export const containerId = matching(
  containerForm,
  'symbol-format',
  'Must be 1 to 128 letters, digits, _, . and -, the first a letter or a digit.',
).meta({ example: 'scout-tour-COOPER-2-85834fb5' });

const longestReason = 256;

/** Why a person or a program did something: 1 to 256 characters, not only spaces. */
export const reason = z
  .string()
  .min(1)
  .max(longestReason)
  .refine((text) => text.trim() !== '', 'Must not be blank.')
  .refine(isStorable, { message: 'Must be storable text.', params: { rule: 'text-not-storable' } });

/** A position in the log or a revision of a stream: a uint64 as decimal text, handed on as bigint. */
export const position = z
  .string()
  .transform((text, context) => {
    if (/^(0|[1-9]\d{0,19})$/.test(text) && BigInt(text) < 2n ** 64n) return BigInt(text);
    const rule = someNumber.test(text) ? 'number-range' : 'validation';
    context.addIssue({ code: 'custom', message: 'Must be a position in plain digits, below 2^64.', params: { rule } });
    return z.NEVER;
  })
  .meta({ pattern: plainDecimal.source, example: '0' });

/** A moment in UTC, such as 2026-01-31T12:00:00.000Z. */
export const timestamp = z.iso.datetime();

/** The opaque place where the next page begins; made by the server. */
export const cursor = z.string().regex(/^[A-Za-z0-9_-]{1,512}$/, 'Must be a cursor of an earlier page.');

const limitOf = (absent: number, most: number) =>
  decimalText(1, most)
    .default(absent)
    .meta({ description: `1 to ${most}; ${absent} if absent`, example: String(absent) });

/** How many at most stand on a page of any list, */
export const limit = limitOf(50, 200);
/** and on a page of the log, which is read as a whole. */
export const manyLimit = limitOf(200, 1_000);

/** The members of a query that asks for a page; spread into a `z.strictObject`. */
export const page = { limit, cursor: cursor.optional() };
