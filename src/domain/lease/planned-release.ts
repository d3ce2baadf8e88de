import type { Holder } from './events.js';
import type { ReleaseReason } from './reasons.js';
import type { Resource } from './resource.js';

/** A hold that is to go, as it was seen when that was decided, and why. */
export interface PlannedRelease {
  readonly resource: Resource;
  readonly holder: Holder;
  /** In force no more, the release changes nothing. */
  readonly token: number;
  readonly reason: ReleaseReason;
  readonly detail: string;
}
