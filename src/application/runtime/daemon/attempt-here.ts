import { containerToken } from '../../../domain/container/container.js';
import type { ContainerSnapshot } from '../../../domain/container/events.js';
import type { Json } from '../../../domain/kernel/json.js';
import type { Renewal } from '../../liveness/heard-heartbeats.js';
import type { Clock } from '../../ports/clock.js';

/** One attempt that this process runs, or will begin when its back-off is over. */
export class AttemptHere {
  readonly stop = new AbortController();
  readonly cut = new AbortController();
  readonly token: number;
  /** Renewed while this holds: from the moment before an end is written it is not. */
  renews = true;
  /** It is no longer ours: a newer one exists, or somebody else ended it. Nothing more is written about it. */
  dropped = false;
  /** Settled when everything about this attempt is written. */
  done: Promise<void> = Promise.resolve();
  #cursor: Json = null;
  #quietUntilMs = 0;

  constructor(readonly container: ContainerSnapshot) {
    this.token = containerToken(container);
  }

  progress(clock: Clock, cursor: Json, quietForMs: number): void {
    this.#cursor = cursor;
    this.#quietUntilMs = clock.monotonicMs() + quietForMs;
  }

  /** What a renewal says of it now. */
  renewal(clock: Clock): Renewal {
    const quietForMs = Math.max(0, Math.round(this.#quietUntilMs - clock.monotonicMs()));
    return { token: this.token, cursor: this.#cursor, quietForMs };
  }

  drop(): void {
    this.dropped = true;
    this.renews = false;
    this.stop.abort();
    this.cut.abort();
  }
}
