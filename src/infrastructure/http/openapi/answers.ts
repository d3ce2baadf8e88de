import { applyDecorators } from '@nestjs/common';
import { ApiOperation, ApiResponse } from '@nestjs/swagger';
import type { z } from 'zod';
import { problem } from './problem-schema.js';

/**
 * Documents one route: what it does, what it answers, and with which statuses it refuses beside those that every route
 * of its method and form shares; `describeApi` adds them, because only there the method is known.
 */
export function Answers(
  summary: string,
  answer: z.ZodType,
  { status = 200, refusals = [] }: { readonly status?: number; readonly refusals?: readonly number[] } = {},
): MethodDecorator {
  return applyDecorators(
    ApiOperation({ summary }),
    ApiResponse({ status, description: summary, standardSchema: answer }),
    ...refusals.map((refused) =>
      ApiResponse({
        status: refused,
        description: describe(refused),
        standardSchema: problem,
      }),
    ),
  );
}

/** One of the refusals that need not be said of each route, because its method or its body brings it along. */
export function refusalResponse(status: number) {
  const schema = { $ref: '#/components/schemas/Problem' };
  return { description: describe(status), content: { 'application/json': { schema } } };
}

const describe = (status: number): string => refusalDescriptions[status] ?? 'Refused';

const refusalDescriptions: Readonly<Record<number, string>> = {
  400: 'The body is not strict JSON',
  404: 'Unknown',
  409: 'Refused in the present state; about a lease it carries `why`',
  413: 'Too large',
  415: 'The body must be application/json in UTF-8, uncompressed',
  422: 'The request does not fit, or means nothing known',
  502: 'The game refuses what it was asked for; `gameCode` is its own code',
  503: 'Not to be had at the moment: ask again after `Retry-After`',
  504: 'It is not known whether it was done: ask again with the same `Idempotency-Key`',
  507: 'The event store has no room; nothing was written',
};
