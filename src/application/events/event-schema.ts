import type { z } from 'zod';
import type { JsonObject } from '../../domain/kernel/json.js';

/** Takes data of one version to the next. Total and pure: what was valid then is valid after. */
export type Upcaster = (data: JsonObject) => JsonObject;

export interface EventSchema<Data = object> {
  readonly data: z.ZodType<Data>;
  /** What `data` describes: the version written today. */
  readonly version: number;
  /** The first takes version 1 to 2, the next 2 to 3, and so on up to `version`. */
  readonly upcasters: readonly Upcaster[];
}

/** One schema for every type of a union of events; a missing one does not compile. */
export type EventSchemas<Event extends { readonly type: string }> = {
  readonly [Type in Event['type']]: EventSchema<Omit<Extract<Event, { readonly type: Type }>, 'type'>>;
};

/** The data of an event type as it is written today, and how each older version becomes the next. */
export function stored<Data extends object>(
  data: z.ZodType<Data>,
  ...upcasters: readonly Upcaster[]
): EventSchema<Data> {
  return { data, version: upcasters.length + 1, upcasters };
}
