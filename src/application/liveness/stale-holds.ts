import type { Resource } from '../../domain/lease/resource.js';
import type { Policy } from '../policy.js';
import type { Clock } from '../ports/clock.js';

/** An active hold in which nothing has moved for longer than is usual. */
export interface StaleHold {
  readonly resource: Resource;
  /** The holder's id. */
  readonly holder: string;
  readonly forMs: number;
}

/** Nothing can have moved while nobody was here: the time before this process began is not counted. */
export class StaleHolds {
  readonly #sinceMs: number;

  constructor(
    private readonly clock: Clock,
    private readonly policy: Pick<Policy, 'staleAlertMs'>,
  ) {
    this.#sinceMs = clock.monotonicMs();
  }

  /** `lastMovedMs` on the wall clock; `movedAgoMs`, where something newer was heard of it than the views show. */
  among(
    active: readonly (Pick<StaleHold, 'resource' | 'holder'> & {
      readonly lastMovedMs: number;
      readonly movedAgoMs?: number | undefined;
    })[],
  ): readonly StaleHold[] {
    const nowMs = this.clock.nowMs();
    const hereForMs = this.clock.monotonicMs() - this.#sinceMs;
    return active.flatMap(({ resource, holder, lastMovedMs, movedAgoMs = Infinity }) => {
      const forMs = Math.round(Math.min(nowMs - lastMovedMs, hereForMs, movedAgoMs));
      return forMs <= this.policy.staleAlertMs ? [] : [{ resource, holder, forMs }];
    });
  }
}
