/** What may stand in an event: JSON, and nothing that JSON would change on its way to the disk and back. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}
