import { z } from 'zod';

/** RFC 9457 problem details, as every refusal and failure is answered. */
export const problem = z
  .looseObject({
    type: z.string().meta({ example: 'urn:holdfast:problem:lease-held' }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string().meta({ description: 'The id of the request' }),
    code: z.string().meta({ example: 'lease-held' }),
    retryable: z.boolean(),
  })
  .meta({ id: 'Problem' });
