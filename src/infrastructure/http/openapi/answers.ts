import { applyDecorators } from '@nestjs/common';
import { ApiOperation, ApiResponse } from '@nestjs/swagger';
import type { z } from 'zod';
import { problem } from './problem-schema.js';

/** Documents one route: what it does, what it answers, and with which statuses it refuses. */
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
        description: refusalDescriptions[refused] ?? 'Refused',
        standardSchema: problem,
      }),
    ),
  );
}

const refusalDescriptions: Readonly<Record<number, string>> = {
  404: 'Unknown',
  409: 'Refused in the present state; about a lease it carries `why`',
  422: 'The request does not fit, or means nothing known',
  503: 'Not to be had at the moment: ask again after `Retry-After`',
};
