import type { LogRecord } from '../log/event-log.js';

/** What a subscription has for its reader, in order. */
export type Delivery =
  | { readonly type: 'Records'; readonly records: readonly LogRecord[] }
  /** Everything up to `position` was looked at. */
  | { readonly type: 'Checkpoint'; readonly position: number }
  /** What follows is delivered as it is appended. */
  | { readonly type: 'CaughtUp' }
  /** The stream was tombstoned: nothing follows. */
  | { readonly type: 'StreamDeleted' };
