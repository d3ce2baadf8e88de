import { z } from 'zod';
import type { AsOf } from '../../../application/queries/view-answer.js';
import type { Json, JsonObject } from '../../../domain/kernel/json.js';
import { isStorable } from '../../../domain/kernel/text.js';
import { releaseReasonOf } from '../../../domain/lease/reasons.js';
import * as edge from '../edge/schemas.js';

/** Players are rows with a 32-bit number. */
const mostPlayer = 2_147_483_647;
export const player = z.int().positive().max(mostPlayer).meta({ example: 1 });
export const playerText = edge.playerIdText.refine((id) => id <= mostPlayer, {
  message: `Must be at most ${mostPlayer}.`,
  params: { rule: 'number-range' },
});

export const token = z.int().min(0).meta({ description: 'The fencing token that the holder was granted', example: 1 });

/** Any JSON: the body's own rules have been held already. */
export const json = z.unknown().transform((value) => (value ?? null) as Json);
export const jsonObject = z.record(z.string(), z.unknown()).transform((value) => value as JsonObject);

/** A name that a holder, an operator or a worker gave: no stream is named after it. */
export const label = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9_.:@-]{0,127}$/,
    'Must be 1 to 128 letters, digits, _ . : @ and -, the first a letter or a digit.',
  )
  .meta({ example: 'agent-7' });

export const text = (most: number) =>
  z
    .string()
    .max(most)
    .refine(isStorable, { message: 'Must be storable text.', params: { rule: 'text-not-storable' } });

/** A word of the closed list of reasons, or another word that is read as one of them. */
export const releaseReason = z
  .string()
  .max(64)
  .transform((word, context) => {
    const reason = releaseReasonOf(word);
    if (reason) return reason;
    context.addIssue({ code: 'custom', message: 'Is not a reason for a release.' });
    return z.NEVER;
  });

const word = text(256).refine((given) => given !== '', 'Must not be empty.');
const mark = z.strictObject({ machine: word, began: word, home: word.exactOptional() });
export const process = z
  .strictObject({ host: word, pid: z.int().min(1).max(4_194_304), mark: mark.nullable().default(null) })
  .meta({ description: 'Where the holder runs: evidence, never who holds' });

const day = 86_400_000;
export const quietForMs = z
  .int()
  .min(0)
  .max(day)
  .default(0)
  .meta({ description: 'The holder will be silent for so long, and is not to be taken for dead' });
export const ttlMs = z.int().min(100).max(day).optional();

export const flagText = z.enum(['true', 'false']).transform((text) => text === 'true');

type Words = readonly [string, ...string[]];

/** The words of a closed list that a text names in any case, with commas between; undefined where one is none of them. */
function wordsIn<const W extends Words>(given: string, words: W): W[number][] | undefined {
  const found = given.split(',').map((part) => words.find((word) => word.toLowerCase() === part.trim().toLowerCase()));
  return found.includes(undefined) ? undefined : (found as W[number][]);
}

/** Several words of a closed list, in any case, with commas between. */
export const listOf = <const W extends Words>(words: W) =>
  z
    .string()
    .transform((given, context): W[number][] => {
      const found = wordsIn(given, words);
      if (found) return found;
      context.addIssue({ code: 'custom', message: `Must be some of ${words.join(', ')}, with commas between.` });
      return z.NEVER;
    })
    .meta({ example: words[0] });

/** The same; `all` is every one of them. */
export const listOrAll = <const W extends Words>(words: W) =>
  z
    .string()
    .transform((given, context): W[number][] => {
      const found = given.toLowerCase() === 'all' ? [...words] : wordsIn(given, words);
      if (found) return found;
      context.addIssue({
        code: 'custom',
        message: `Must be all, or some of ${words.join(', ')}, with commas between.`,
      });
      return z.NEVER;
    })
    .meta({ example: words[0] });

export const fresh = {
  minPosition: edge.position.optional().meta({
    description: 'Answer only once the view reflects this position: the one that a command answered with',
  }),
};

export const asOf = z
  .string()
  .transform((given, context): AsOf => {
    const position = edge.position.safeParse(given);
    if (position.success) return { position: position.data };
    const atMs = z.iso.datetime({ offset: true }).safeParse(given).success ? Date.parse(given) : NaN;
    if (Number.isFinite(atMs)) return { atMs };
    context.addIssue({ code: 'custom', message: 'Must be a position, or a moment such as 2026-01-31T12:00:00Z.' });
    return z.NEVER;
  })
  .meta({ description: 'The log as it was: a position, or a moment in ISO 8601', example: '2026-01-31T12:00:00Z' });

export { containerId, manyLimit, page, position, reason, symbol } from '../edge/schemas.js';

export const waitMs = z
  .int()
  .min(0)
  .max(30_000)
  .default(0)
  .meta({ description: 'How long to wait for a holder that has it; refused at once if absent' });
