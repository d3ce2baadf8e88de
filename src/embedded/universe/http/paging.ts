import { z } from 'zod';

const shape = z.object({
  page: z.coerce.number().int().min(1).default(1),
  limit: z.coerce.number().int().min(1).max(20).default(10),
});

/** One page of a list, as the query asks for it. */
export function paged<T, V>(all: readonly T[], query: unknown, view: (each: T) => V) {
  const { page, limit } = shape.parse(query);
  const from = (page - 1) * limit;
  return { data: all.slice(from, from + limit).map(view), meta: { total: all.length, page, limit } };
}
