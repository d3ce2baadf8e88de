import type { z } from 'zod';
import { ProblemError } from '../edge/problem.js';

/** Where the next page begins, as an opaque text; null after the last one. */
export function cursorOf(key: unknown): string | null {
  if (key === null) return null;
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/** @throws ProblemError 422 for a cursor that this address did not make */
export function keyOf<Key>(cursor: string | undefined, schema: z.ZodType<Key>): Key | undefined {
  if (cursor === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch {
    const message = 'Must be a cursor of an earlier page of this address.';
    throw new ProblemError({
      status: 422,
      code: 'validation',
      title: 'The request does not fit its schema',
      detail: `query /cursor: ${message}`,
      errors: [{ in: 'query', pointer: '/cursor', rule: 'validation', message }],
    });
  }
}
