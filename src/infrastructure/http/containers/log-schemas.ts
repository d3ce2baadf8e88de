import { z } from 'zod';
import { lineLevels } from '../../../application/ports/container-lines.js';
import { decimalText } from '../edge/schemas.js';
import * as asked from '../schemas/asked.js';
import { instant } from '../schemas/answered.js';

const longestWaitMs = 30_000;

/** A line and how often it had been said when it was seen. */
const seenLine = z
  .string()
  .transform((text, context) => {
    const [id, count] = /^(\d{1,18})\.(\d{1,15})$/.exec(text)?.slice(1) ?? [];
    if (id !== undefined && count !== undefined) return { id: BigInt(id), count: Number(count) };
    context.addIssue({ code: 'custom', message: 'Must be what an earlier answer of this address gave as `next`.' });
    return z.NEVER;
  })
  .meta({ description: '`next` of an earlier answer: only what was said since', example: '120.1' });

const since = z.iso
  .datetime({ offset: true })
  .transform((text) => Date.parse(text))
  .meta({ description: 'Only what was said, or said again, since this moment', example: '2026-01-31T12:00:00Z' });

export const readLogs = z.strictObject({
  level: asked.listOf(lineLevels).optional(),
  since: since.optional(),
  after: seenLine.optional(),
  limit: asked.manyLimit,
  order: z
    .enum(['asc', 'desc'])
    .default('asc')
    .meta({ description: 'Of the lines of the answer, by when they were said' }),
  offset: decimalText(0, 1_000_000).default(0).meta({ description: 'Passes over so many of the newest lines' }),
  waitMs: decimalText(0, longestWaitMs).default(0).meta({
    description: 'Answers when there is a line, at the latest after so long: to follow a log, ask again with `after`',
  }),
});

const line = z
  .object({
    atMs: instant,
    lastAtMs: instant,
    attempt: z.int(),
    level: z.enum(lineLevels),
    text: z.string(),
    count: z.int().meta({ description: 'How often it was said in a row', example: 1 }),
  })
  .meta({ id: 'LogLine' });

export const logPage = z.object({
  lines: z.array(line),
  next: z.string().meta({ description: 'Ask with it as `after` for what is said later', example: '120.1' }),
});

export const latestLines = z
  .object({ latest: z.array(z.object({ container: z.string(), atMs: instant })) })
  .meta({ id: 'LatestLines' });

export const logLines = z.strictObject({
  token: asked.token,
  lines: z
    .array(z.strictObject({ level: z.enum(lineLevels).default('info'), text: asked.text(4_096).min(1) }))
    .min(1)
    .max(100),
});
export const linesTaken = z.object({ taken: z.int() });
